import { Play, Square } from 'lucide-react'
import { useId } from 'react'
import { describeKeys } from '../../commands/keys.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { Select } from '../../components/field.tsx'
import { runKeys } from '../../components/on-run-key.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useLate } from '../../components/use-late.ts'
import { useApp, useProgram } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'
import { DryRunRows } from './dry-run-rows.tsx'
import type { DryRunHold, DryRun as Run } from './use-dry-run.ts'

export const eventCounts = [10, 50, 200] as const

interface DryRunProps {
  readonly hold: DryRunHold
  readonly count: number
  readonly onCount: (count: number) => void
  readonly onRun: () => void
  /** Source, destination and SQL are there. */
  readonly possible: boolean
  /** The text is another one by now. */
  readonly isStale: boolean
  readonly destination: string
  readonly schema: string
}

/** The last real events, applied and taken back: what would become of the rows. */
export function DryRun({ hold, count, onCount, onRun, possible, isStale, destination, schema }: DryRunProps) {
  const { now } = hold
  const late = useLate(now.state === 'running')
  const { platform } = useProgram()
  const countId = useId()
  return (
    <>
      <div className="cs-bar">
        <span className="cs-inline">
          <label className="text-2" htmlFor={countId}>
            Last
          </label>
          <Select id={countId} small value={count} onChange={({ target }) => onCount(Number(target.value))}>
            {eventCounts.map((one) => (
              <option key={one} value={one}>
                {one} events
              </option>
            ))}
          </Select>
        </span>
        <Summary hold={hold} isStale={isStale} destination={destination} late={late} />
        {late ? (
          <Button small icon={Square} onClick={hold.cancel}>
            Cancel
          </Button>
        ) : (
          <Button small icon={Play} disabled={!possible || now.state === 'running'} onClick={onRun}>
            {now.state === 'done' ? 'Run again' : 'Dry run'} <kbd>{describeKeys(runKeys, platform)}</kbd>
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={`cs-result ${isStale ? 'cs-stale' : ''}`} tabIndex={0} aria-label="Result of the dry run">
        {now.state === 'none' && (
          <p className="cs-text text-2">
            Applies events of {schema} to {destination} in a transaction that is taken back, and shows each row before
            and after. Run twice, it shows whether the SQL may be repeated.
          </p>
        )}
        {now.state === 'no events' && <NoEvents schema={schema} />}
        {now.state === 'failed' && <FailureNote failure={now.failure} />}
        {now.state === 'done' && <Result run={now.run} events={now.events} />}
      </section>
    </>
  )
}

function Summary({
  hold: { now },
  isStale,
  destination,
  late,
}: {
  hold: DryRunHold
  isStale: boolean
  destination: string
  late: boolean
}) {
  if (late)
    return (
      <span className="cs-inline cs-inline-rest" role="status">
        <StatusGlyph glyph="running" /> Running at {destination}…
      </span>
    )
  if (now.state !== 'done') return <span className="grow" />
  if (isStale)
    return (
      <span className="cs-inline cs-inline-rest text-2" role="status">
        <StatusGlyph glyph="waiting" /> Of an earlier text
      </span>
    )
  const { run, events, tookMs } = now
  const refused = wasRefused(run)
  return (
    <span className="cs-inline cs-inline-rest" role="status">
      <StatusGlyph glyph={refused ? 'failed' : run.refused.length > 0 ? 'retrying' : 'ok'} />
      <span className="ellipsis">
        {refused
          ? 'The SQL could not be run'
          : `${formatPlural(events.length, 'event')} in ${Math.round(tookMs)} ms, taken back`}
      </span>
    </span>
  )
}

function wasRefused({ sql, deleteSql, createTable }: Run): boolean {
  return [...sql, ...deleteSql, ...createTable].some(({ severity }) => severity === 'error')
}

type Events = Extract<DryRunHold['now'], { state: 'done' }>['events']

function Result({ run, events }: { run: Run; events: Events }) {
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
        {run.refused.map(({ event, message, hint, sqlstate, waitsBehind }) => (
          <li key={event}>
            <StatusGlyph glyph={waitsBehind ? 'waiting' : 'failed'} label={waitsBehind ? 'waits' : 'refused'} />
            <span>
              <span className="mono">
                {events[event]?.operation} {events[event]?.key}
              </span>{' '}
              <span className={waitsBehind ? 'text-2' : 'strong'}>{message}</span>
              <span className="text-2">
                {' '}
                {hint}
                {sqlstate === undefined ? '' : ` (${sqlstate})`}
              </span>
            </span>
          </li>
        ))}
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
function Again({ run: { changedAgain } }: { run: Run }) {
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

function NoEvents({ schema }: { schema: string }) {
  const { commands } = useProgram()
  const idle = useApp(({ engine }) => engine.state === 'idle' || engine.state === 'failed')
  return (
    <div className="cs-none">
      <p>
        <span className="strong">No event of {schema} is stored yet.</span>{' '}
        <span className="text-2">
          {idle
            ? 'Its rows come into the event store once sync runs.'
            : 'Its rows come with its first copy, or with a change.'}
        </span>
      </p>
      {idle && (
        <Button small icon={Play} onClick={() => commands.run('engine.start')}>
          Start sync
        </Button>
      )}
    </div>
  )
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
}
