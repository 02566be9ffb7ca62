// biome-ignore-all lint/a11y/useSemanticElements: a real table cannot draw only the rows in sight
import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp, Pause } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import type { EventRowView } from '../../../main/contract/contract.ts'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { rowStep } from '../../components/row-step.ts'
import { useLate } from '../../components/use-late.ts'
import { useApp, useEvents, useProgram, useStatus } from '../../stores/program.ts'
import { formatCount } from '../../text/format-number.ts'
import { EventRow } from './event-row.tsx'
import { NoEvents } from './no-events.tsx'
import { Skeleton } from './skeleton.tsx'

const rowHeight = 26
const overscan = 12

export function EventTable({ filtered }: { filtered: boolean }) {
  const rows = useEvents((state) => state.rows)
  const loading = useEvents((state) => state.loading)
  const failure = useEvents((state) => state.failure)
  const late = useLate(loading === 'first')
  const { events } = useProgram()
  return (
    <div className="events">
      <div className="events-head table-head" aria-hidden="true">
        <span className="e-time">
          Time <ArrowDown size={12} />
        </span>
        <span className="e-op">Op</span>
        <span className="e-schema">Schema</span>
        <span className="e-key">Key</span>
        <span className="e-changed">Changed</span>
        <span className="e-consumers">Consumers</span>
        <span className="e-size">Size</span>
        <span className="e-position">Position</span>
      </div>
      {failure !== undefined ? (
        <div className="notice">
          <FailureNote failure={failure}>
            <Button small onClick={() => events.refresh()}>
              Read again
            </Button>
          </FailureNote>
        </div>
      ) : rows.length > 0 ? (
        <Rows rows={rows} />
      ) : late ? (
        <Skeleton />
      ) : loading === 'first' ? null : (
        <NoEvents filtered={filtered} />
      )}
      <HeldBack />
    </div>
  )
}

function Rows({ rows }: { rows: readonly EventRowView[] }) {
  const { events, actions, layout } = useProgram()
  const more = useEvents((state) => state.more)
  const selected = useEvents((state) => state.selected)
  const names = useSchemaNames()
  const consumers = useConsumersBySchema()
  const statusAt = useStatus((state) => state.status?.at ?? 0)
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    getItemKey: (index) => rows[index]?.offset ?? index,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && lastShown > rows.length - 40) events.older()
  }, [more, lastShown, rows.length, events])
  // Showing what was held back starts at the top again.
  const tail = useEvents((state) => state.tail)
  useEffect(() => {
    if (tail === 'live' && scroller.current !== null) scroller.current.scrollTop = 0
  }, [tail])

  const select = (index: number) => {
    const row = rows[index]
    if (row === undefined) return
    // A row that is being read must not move.
    events.pause()
    events.select(row.offset)
    virtual.scrollToIndex(index)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const at = rows.findIndex(({ offset }) => offset === selected)
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1)
    const target = rowStep(event.key, { at, rows: rows.length, page })
    const row = rows[at]
    if (target !== undefined) select(target)
    else if (event.key === 'Enter') layout.change({ inspectorOpen: true })
    else if (
      event.key === 'c' &&
      (event.ctrlKey || event.metaKey) &&
      row !== undefined &&
      window.getSelection()?.isCollapsed !== false
    )
      void actions.copy(row.key, 'the key')
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      className="events-rows"
      role="grid"
      aria-label="Events, newest first"
      aria-rowcount={more ? -1 : rows.length}
      aria-activedescendant={selected === undefined ? undefined : `event-${selected}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        if (event.currentTarget.scrollTop > rowHeight / 2 && events.store.getState().tail === 'live') events.pause()
      }}
    >
      <div className="events-all" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <EventRow
              key={row.offset}
              row={row}
              index={index}
              top={start}
              schema={names.get(row.schema) ?? row.schema}
              consumers={consumers.get(row.schema)}
              statusAt={statusAt}
              selected={row.offset === selected}
              onSelect={select}
            />
          )
        })}
      </div>
    </div>
  )
}

/** Says what is held back, and shows it. */
function HeldBack() {
  const { events } = useProgram()
  const tail = useEvents((state) => state.tail)
  const { count, atLeast } = useEvents((state) => state.held)
  const reading = useEvents((state) => state.selected !== undefined)
  if (tail === 'live' || (count === 0 && !atLeast)) return null
  return (
    <div className="held-back" role="status">
      <Pause size={14} aria-hidden />
      <span className="strong">{reading ? 'Tail paused while you read' : 'Tail paused while you scroll'}</span>
      <span className="text-2 num">
        {formatCount(count)}
        {atLeast ? ' or more' : ''} newer {count === 1 && !atLeast ? 'event' : 'events'} held back
      </span>
      <Button kind="primary" small icon={ArrowUp} onClick={() => events.refresh()}>
        Show them
      </Button>
    </div>
  )
}

function useSchemaNames(): ReadonlyMap<string, string> {
  const schemas = useApp((state) => state.workspace?.publicSchemas)
  return useMemo(() => new Map(schemas?.map(({ id, name }) => [id, name])), [schemas])
}

function useConsumersBySchema(): ReadonlyMap<string, readonly ConsumerStatus[]> {
  const consumers = useStatus((state) => state.status?.consumers)
  return useMemo(() => Map.groupBy(consumers ?? [], ({ publicSchema }) => publicSchema), [consumers])
}
