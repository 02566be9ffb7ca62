import { PanelLeft, Pause, Play } from 'lucide-react'
import { Button, CommandIcon } from '../../components/button.tsx'
import { useEvents, useProgram } from '../../stores/program.ts'
import type { ParsedFilter } from '../../text/filter-language.ts'
import { formatCount } from '../../text/format-number.ts'
import { formatSpan } from '../../text/format-time.ts'
import { FilterField } from './filter-field.tsx'
import type { EventCounts } from './use-event-counts.ts'

export function EventToolbar({ parsed, counts }: { parsed: ParsedFilter; counts: EventCounts }) {
  const { events } = useProgram()
  const tail = useEvents((state) => state.tail)
  const { range, total } = counts
  const [problem] = parsed.problems
  return (
    <>
      <div className="event-toolbar">
        <CommandIcon id="tree.toggle" icon={PanelLeft} />
        <FilterField parsed={parsed} />
        {total !== undefined && (
          <span className="event-count num" title={`In the last ${formatSpan(range.to - range.from)}`}>
            <strong>{formatCount(total)}</strong> {total === 1 ? 'event' : 'events'}
          </span>
        )}
        <span className="toolbar-line" />
        {tail === 'live' ? (
          <Button icon={Pause} onClick={() => events.pause()}>
            Pause tail
          </Button>
        ) : (
          <Button icon={Play} className="tail-paused" onClick={() => events.refresh()}>
            Tail paused
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <p className="filter-problem" role="alert">
          {problem.message}
        </p>
      )}
    </>
  )
}
