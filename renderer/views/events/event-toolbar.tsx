import { PanelLeft, Pause, Play } from 'lucide-react'
import { Button, CommandIcon } from '../../components/button.tsx'
import { useEvents, useProgram } from '../../stores/program.ts'
import type { ParsedFilter } from '../../text/filter-language.ts'
import { FilterField } from './filter-field.tsx'

export function EventToolbar({ parsed }: { parsed: ParsedFilter }) {
  const { events } = useProgram()
  const tail = useEvents((state) => state.tail)
  const [problem] = parsed.problems
  return (
    <>
      <div className="event-toolbar">
        <CommandIcon id="tree.toggle" icon={PanelLeft} />
        <FilterField parsed={parsed} />
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
