import { EngineFailure } from '../../components/failure-blocks.tsx'
import { StateWord } from '../../components/state-word.tsx'
import type { ObjectState } from '../../stores/object-state.ts'
import { useSettings, useStatus } from '../../stores/program.ts'
import { useNow } from '../../stores/use-now.ts'
import { formatAbsolute, formatSpan } from '../../text/format-time.ts'
import { Section } from './section.tsx'

/** The state, since when, and if something is wrong: what, why, what to do. */
export function StateSection({
  objectKey,
  state,
  more,
}: {
  objectKey: string
  state: ObjectState | undefined
  more?: string | undefined
}) {
  const since = useStatus((status) => status.since.get(objectKey)?.at)
  const zone = useSettings((settings) => settings.timeZone)
  const now = useNow()
  if (state === undefined) return null
  return (
    <Section>
      <div className="state-line">
        <span className="strong">
          <StateWord state={state} more />
        </span>
        <span className="grow" />
        <span
          className="text-2 num"
          title={since === undefined ? undefined : `Seen by this window since ${formatAbsolute(since, zone)}`}
        >
          {[
            ...(since === undefined ? [] : [`for ${formatSpan(now - since)}`]),
            ...(more === undefined ? [] : [more]),
          ].join(' · ')}
        </span>
      </div>
      {state.progress !== undefined && (
        <progress className="bar state-bar" max={1} value={state.progress} aria-label="Backfill" />
      )}
      {state.failure !== undefined && (
        <div className="state-failure">
          <EngineFailure failure={state.failure} />
        </div>
      )}
    </Section>
  )
}
