import { useEffect, useMemo } from 'react'
import { useApp, useEvents, useLayout, useProgram } from '../../stores/program.ts'
import { parseFilter } from '../../text/filter-language.ts'
import { WithInspector } from '../shell/with-inspector.tsx'
import { EventInspector } from './event-inspector.tsx'
import { EventTable } from './event-table.tsx'
import { EventToolbar } from './event-toolbar.tsx'
import { Histogram } from './histogram.tsx'
import { useEventCounts } from './use-event-counts.ts'
import './events.css'

const noSchemas: readonly { readonly id: string; readonly name: string }[] = []

/** Every change that was stored, newest first, as it comes. */
export function Events() {
  const { events } = useProgram()
  const text = useLayout((layout) => layout.eventFilter)
  const schemas = useApp((state) => state.workspace?.publicSchemas ?? noSchemas)
  const selected = useEvents((state) => state.selected)
  const parsed = useMemo(() => parseFilter(text, { now: Date.now(), schemas }), [text, schemas])
  useEffect(() => events.filter(parsed.filter), [events, parsed])
  const counts = useEventCounts(parsed.filter)
  return (
    <WithInspector width="eventInspectorWidth" inspector={selected === undefined ? undefined : <EventInspector />}>
      <h1 className="visually-hidden">Events</h1>
      <EventToolbar parsed={parsed} counts={counts} />
      <Histogram {...counts} />
      <EventTable filtered={text.trim() !== ''} />
    </WithInspector>
  )
}
