// biome-ignore-all lint/a11y/useSemanticElements: a real table cannot draw only the rows in sight
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the selected row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid has the keys
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef } from 'react'
import { rowStep } from './row-step.ts'
import './virtual-grid.css'

export interface GridColumn<Row> {
  readonly name: string
  /** Pixels, or a share of what is left: `1fr` is written 1. */
  readonly width: { readonly px: number } | { readonly share: number; readonly minPx: number }
  readonly look?: 'quiet' | 'mono' | 'number'
  /** Left out where the grid is not at least that wide: narrow 560, middle 720, wide 900 px. */
  readonly from?: 'narrow' | 'middle' | 'wide'
  readonly cell: (row: Row) => ReactNode
}

interface VirtualGridProps<Row> {
  /** What it is a list of. */
  readonly label: string
  readonly columns: readonly GridColumn<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly selected: string | undefined
  readonly onSelect: (row: Row) => void
  /** Enter: to where the details are. */
  readonly onOpen?: () => void
  /** Takes the focus, for those who come from a search field. */
  readonly ref?: Ref<HTMLDivElement>
}

const rowHeight = 26
const headHeight = 28

/**
 * A table of which only the rows in sight are drawn: 5,000 are as quick as 50. Arrows, Page, Home and End select; the
 * selected row comes into sight, also when something else selected it.
 */
export function VirtualGrid<Row>(props: VirtualGridProps<Row>) {
  const { label, columns, rows, keyOf, selected, onSelect, onOpen, ref } = props
  const scroller = useRef<HTMLDivElement>(null)
  const id = useId()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: headHeight,
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : keyOf(row)
    },
  })
  const at = rows.findIndex((row) => keyOf(row) === selected)
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at)
  }, [at, virtual])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 2)
    const row = rows[rowStep(event.key, { at, rows: rows.length, page }) ?? -1]
    if (row !== undefined) onSelect(row)
    else if (event.key === 'Enter' && at >= 0 && onOpen !== undefined) onOpen()
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={(element) => {
        scroller.current = element
        if (typeof ref === 'function') ref(element)
        else if (ref !== undefined && ref !== null) ref.current = element
      }}
      className="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" aria-rowindex={1} className="grid-row">
          {columns.map((column) => (
            <span key={column.name} role="columnheader" className={classOf(column)} style={sizeOf(column)}>
              {column.name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-rows" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <div
              key={key}
              id={`${id}-${index}`}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={index === at}
              className="grid-row"
              style={{ transform: `translateY(${start}px)` }}
              onClick={() => onSelect(row)}
            >
              {columns.map((column) => (
                <span key={column.name} role="gridcell" className={classOf(column)} style={sizeOf(column)}>
                  {column.cell(row)}
                </span>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The rows to come, as bars in the same columns. */
export function GridSkeleton<Row>({ label, columns }: { label: string; columns: readonly GridColumn<Row>[] }) {
  return (
    <div className="grid" role="status" aria-label={label}>
      <div className="grid-head">
        <div className="grid-row">
          {columns.map((column) => (
            <span key={column.name} className={classOf(column)} style={sizeOf(column)}>
              {column.name}
            </span>
          ))}
        </div>
      </div>
      <div className="grid-rows" style={{ height: 18 * rowHeight }}>
        {Array.from({ length: 18 }, (_, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
            key={index}
            className="grid-row"
            style={{ transform: `translateY(${index * rowHeight}px)` }}
          >
            {columns.map((column, place) => (
              <span key={column.name} className={classOf(column)} style={sizeOf(column)}>
                <span className="skeleton" style={{ width: `${45 + ((index * 37 + place * 23) % 45)}%` }} />
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

const looks = { quiet: 'text-2', mono: 'mono', number: 'right num text-2' } as const

function classOf<Row>({ look, from }: GridColumn<Row>): string {
  return `${look === undefined ? '' : looks[look]} ${from === undefined ? '' : `grid-${from}`}`
}

function sizeOf<Row>({ width }: GridColumn<Row>) {
  return 'px' in width
    ? { flex: `0 0 ${width.px}px` }
    : { flex: `${width.share} 1 ${width.minPx}px`, minWidth: Math.min(width.minPx, 120) }
}
