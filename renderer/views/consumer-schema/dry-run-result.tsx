import { StatusGlyph } from '../../components/status-glyph.tsx'
import { formatPlural } from '../../text/format-number.ts'
import { DryRunRefusals } from './dry-run-refusals.tsx'
import { DryRunRows } from './dry-run-rows.tsx'
import type { SampleEvents } from './sample-events.ts'
import type { DryRun } from './use-dry-run.ts'

/** The SQL itself, whatever the events. */
export function wasRefused({ sql, deleteSql, createTable }: DryRun): boolean {
  return [...sql, ...deleteSql, ...createTable].some(({ severity }) => severity === 'error')
}

/** What it would do, or why it would not. */
export function DryRunResult({ run, events }: { run: DryRun; events: SampleEvents }) {
  if (wasRefused(run))
    return (
      <ul className="cs-findings">
        {[...new Map([...run.createTable, ...run.sql, ...run.deleteSql].map((one) => [one.message, one])).values()]
          .filter(({ severity }) => severity === 'error')
          .map(({ message, hint }) => (
            <li key={message}>
              <StatusGlyph glyph="failed" label="error" />
              <span>
                <span className="strong">{message}</span>
                {hint !== undefined && <span className="text-2"> · {hint}</span>}
              </span>
            </li>
          ))}
      </ul>
    )
  return (
    <>
      <ul className="cs-findings">
        {run.refused.length < events.length && <Again run={run} />}
        <DryRunRefusals refused={run.refused} events={events} />
        {run.sequences.length > 0 && (
          <li>
            <StatusGlyph glyph="waiting" label="note" />
            <span className="text-2">
              Numbers of <span className="mono">{run.sequences.join(', ')}</span> are used up: no server takes those
              back.
            </span>
          </li>
        )}
        {run.rowsUnknown !== undefined && (
          <li>
            <StatusGlyph glyph="waiting" label="note" />
            <span className="text-2">Rows are not shown: {lowerFirst(run.rowsUnknown)}.</span>
          </li>
        )}
      </ul>
      {run.rowsUnknown === undefined && <DryRunRows run={run} />}
    </>
  )
}

/** What the second run of the same events changed. */
function Again({ run: { changedAgain } }: { run: DryRun }) {
  if (changedAgain === undefined) return null
  if (changedAgain.length === 0)
    return (
      <li>
        <StatusGlyph glyph="ok" label="fine" />
        <span>Run twice, it leaves the same rows.</span>
      </li>
    )
  return (
    <li>
      <StatusGlyph glyph="retrying" label="warning" />
      <span>
        <span className="strong">
          Run twice, it changes {formatPlural(changedAgain.length, 'row')} again, marked below.
        </span>{' '}
        <span className="text-2">Each event is applied once; a replay or a start over applies it again.</span>
      </span>
    </li>
  )
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}
