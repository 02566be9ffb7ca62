import type { ReactNode } from 'react'
import type { EventDetailView } from '../../../main/contract/contract.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { Glyph } from '../../stores/object-state.ts'
import { useApp, useStatus } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { formatCount } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { Section } from '../inspector/section.tsx'
import { arrivalOf } from './who-has-it.ts'

const noConsumers: readonly never[] = []

/** Captured, stored, and where it is with each consumer. */
export function Journey({ detail }: { detail: EventDetailView }) {
  const { schema, source, lsn, epoch, epochEvents, offset, receivedAt, storedAt } = detail
  const name = useApp((state) => state.workspace?.publicSchemas.find(({ id }) => id === schema))
  const written = useApp((state) => state.workspace?.consumers ?? noConsumers).filter(
    ({ publicSchema }) => publicSchema === schema,
  )
  const status = useStatus((state) => state.status)
  const states = useStates()
  const short = (id: string) => id.slice(id.lastIndexOf('/') + 1)
  return (
    <Section title="Journey">
      <ol className="journey">
        <Step glyph="ok" word="Captured" who={short(source)}>
          Source at <span className="mono">{lsn}</span>
        </Step>
        <Step glyph="ok" word="Transformed" who={name === undefined ? schema : `${name.name} v${name.version}`}>
          Epoch <span className="mono">{epoch}</span>,{' '}
          {epochEvents === 1 ? 'its only event' : `one of ${formatCount(epochEvents)} events in one snapshot`}
        </Step>
        <Step glyph="ok" word="Stored" who="Event store" right={formatDuration(Math.max(0, storedAt - receivedAt))}>
          Position <span className="mono">{offset}</span>, on disk
        </Step>
        {written.map((consumer) => {
          const live = status?.consumers.find(({ id }) => id === consumer.id)
          const who = `${consumer.name} in ${short(consumer.destination)}`
          if (live === undefined || status === undefined) {
            const state = states.get(`consumer:${consumer.id}`)
            return (
              <Step key={consumer.id} glyph={state?.glyph ?? 'waiting'} word={state?.word ?? 'Unknown'} who={who} />
            )
          }
          const { glyph, word, note } = arrivalOf(detail, live, status.at)
          return (
            <Step key={consumer.id} glyph={glyph} word={word} who={who}>
              {note}
            </Step>
          )
        })}
        {written.length === 0 && <Step glyph="waiting" word="No consumer" who="reads this public schema" />}
      </ol>
    </Section>
  )
}

interface StepProps {
  readonly glyph: Glyph
  readonly word: string
  readonly who: string
  readonly right?: string
  readonly children?: ReactNode
}

function Step({ glyph, word, who, right, children }: StepProps) {
  return (
    <li>
      <StatusGlyph glyph={glyph} />
      <div className="grow">
        <p className="journey-line">
          <strong>{word}</strong> <span className="text-2 grow ellipsis">{who}</span>
          {right !== undefined && <span className="text-2 num">{right}</span>}
        </p>
        {children !== undefined && <p className="text-2">{children}</p>}
      </div>
    </li>
  )
}
