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
import { DryRunResult, wasRefused } from './dry-run-result.tsx'
import { type DryRunHold, eventCounts } from './use-dry-run.ts'

/** The last real events, applied and rolled back: what would become of the rows. */
export function DryRun({ hold }: { hold: DryRunHold }) {
  const { now, schema, isStale } = hold
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
          <Select id={countId} small value={hold.count} onChange={({ target }) => hold.choose(Number(target.value))}>
            {eventCounts.map((one) => (
              <option key={one} value={one}>
                {one} events
              </option>
            ))}
          </Select>
        </span>
        <Summary hold={hold} late={late} />
        {late ? (
          <Button small icon={Square} onClick={hold.cancel}>
            Cancel
          </Button>
        ) : (
          <Button small icon={Play} disabled={!hold.isPossible || now.state === 'running'} onClick={hold.start}>
            {now.state === 'done' ? 'Run again' : 'Dry run'} <kbd>{describeKeys(runKeys, platform)}</kbd>
          </Button>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={`cs-result ${isStale ? 'cs-stale' : ''}`} tabIndex={0} aria-label="Result of the dry run">
        {now.state === 'none' && (
          <p className="cs-text text-2">
            Applies events of {schema} to {hold.destination} in a transaction that is rolled back, and shows each row
            before and after. It runs them twice, to see whether the SQL may be repeated.
          </p>
        )}
        {now.state === 'no events' && <NoEvents schema={schema} />}
        {now.state === 'failed' && <FailureNote failure={now.failure} />}
        {now.state === 'done' && <DryRunResult run={now.run} events={now.events} />}
      </section>
    </>
  )
}

function Summary({ hold: { now, isStale, destination }, late }: { hold: DryRunHold; late: boolean }) {
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
        <StatusGlyph glyph="waiting" /> Out of date
      </span>
    )
  const { run, events, tookMs } = now
  const failed = wasRefused(run)
  const refused = run.refused.length
  const said = failed
    ? 'The SQL could not be run'
    : refused > 0
      ? `${refused} of ${formatPlural(events.length, 'event')} refused`
      : `${formatPlural(events.length, 'event')} in ${Math.round(tookMs)} ms, rolled back`
  return (
    <span className="cs-inline cs-inline-rest" role="status">
      <StatusGlyph glyph={failed ? 'failed' : refused > 0 ? 'retrying' : 'ok'} />
      <span className="ellipsis" title={said}>
        {said}
      </span>
    </span>
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
