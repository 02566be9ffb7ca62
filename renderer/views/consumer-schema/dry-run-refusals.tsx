import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { groupRefusals, type RefusalGroup } from './group-refusals.ts'
import type { SampleEvents } from './sample-events.ts'
import type { DryRun } from './use-dry-run.ts'

/** What the destination refused: once for all events that it refused in the same words, with their keys on opening. */
export function DryRunRefusals({ refused, events }: { refused: DryRun['refused']; events: SampleEvents }) {
  return groupRefusals(refused).map((group) => <Refused key={group.events[0]} group={group} events={events} />)
}

function Refused({ group, events }: { group: RefusalGroup; events: SampleEvents }) {
  const [open, setOpen] = useState(false)
  const { message, hint, sqlstate, waitsBehind } = group.refusal
  const [first] = group.events
  const isOne = group.events.length === 1
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <li>
      <StatusGlyph glyph={waitsBehind ? 'waiting' : 'failed'} label={waitsBehind ? 'waits' : 'refused'} />
      <div className="cs-refused">
        <p>
          {isOne && <span className="mono">{nameOf(events, first)} </span>}
          <span className={waitsBehind ? 'text-2' : 'strong'}>{message}</span>
          <span className="text-2">
            {' '}
            · {hint}
            {sqlstate === undefined ? '' : ` (${sqlstate})`}
          </span>
        </p>
        {!isOne && (
          <button type="button" className="cs-refused-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
            <Chevron size={14} aria-hidden /> {group.events.length} events
          </button>
        )}
        {!isOne && open && (
          <ul className="cs-refused-events mono selectable">
            {group.events.map((event) => (
              <li key={event}>{nameOf(events, event)}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}

function nameOf(events: SampleEvents, place: number | undefined): string {
  const event = place === undefined ? undefined : events[place]
  return event === undefined ? '' : `${event.operation} ${event.key}`
}
