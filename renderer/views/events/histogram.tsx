import { type PointerEvent, useRef, useState } from 'react'
import { useLayout, useProgram, useSettings } from '../../stores/program.ts'
import { setToken } from '../../text/filter-language.ts'
import { formatPlural } from '../../text/format-number.ts'
import { formatClock, formatMinute } from '../../text/format-time.ts'
import { barCount, type HistogramRange } from './histogram-range.ts'
import type { EventCounts } from './use-event-counts.ts'

const height = 56

/** When how many came; a stretch of it becomes `since:` and `until:`. */
export function Histogram({ range, counts, total }: EventCounts) {
  const zone = useSettings((settings) => settings.timeZone)
  const brush = useBrush(range)
  const top = Math.max(1, ...counts)
  const ticks = Array.from({ length: 6 }, (_, index) => range.from + ((range.to - range.from) * index) / 5)
  const [first, last] = brush.stretch ?? [range.firstBar, range.lastBar]
  const brushed = first > 0 || last < barCount - 1
  return (
    <div className="histogram">
      <svg
        viewBox={`0 0 ${barCount} ${height}`}
        preserveAspectRatio="none"
        height={height}
        role="img"
        aria-label={`${formatPlural(total ?? 0, 'event')} between ${formatMinute(range.from, zone)} and ${formatMinute(range.to, zone)}`}
        {...brush.handlers}
      >
        {brushed && <rect className="brush" x={first} y="0" width={last - first + 1} height={height} />}
        {counts.map((count, bar) =>
          count === 0 ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              key={bar}
              className={brushed && bar >= first && bar <= last ? 'bar-in' : 'bar-out'}
              x={bar + 0.1}
              width="0.8"
              y={height - Math.max(1, (count / top) * (height - 4))}
              height={Math.max(1, (count / top) * (height - 4))}
            />
          ),
        )}
      </svg>
      <div className="histogram-axis num">
        {ticks.map((at) => (
          <span key={at}>
            {brush.stretch === undefined ? formatMinute(at, zone) : formatClock(at, zone).slice(0, 8)}
          </span>
        ))}
      </div>
    </div>
  )
}

/** Drag over the bars, or click one away; the filter has the result. */
function useBrush({ from, to }: HistogramRange) {
  const { layout } = useProgram()
  const text = useLayout((state) => state.eventFilter)
  const start = useRef<number | undefined>(undefined)
  const [stretch, setStretch] = useState<readonly [number, number] | undefined>()
  const barAt = (event: PointerEvent<SVGSVGElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return Math.min(barCount - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * barCount)))
  }
  const timeOf = (bar: number) => new Date(from + (bar * (to - from)) / barCount).toISOString().replace('.000Z', 'Z')

  return {
    stretch,
    handlers: {
      onPointerDown(event: PointerEvent<SVGSVGElement>) {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = barAt(event)
      },
      onPointerMove(event: PointerEvent<SVGSVGElement>) {
        if (start.current === undefined) return
        const bar = barAt(event)
        setStretch([Math.min(start.current, bar), Math.max(start.current, bar)])
      },
      onPointerUp() {
        const chosen = stretch
        start.current = undefined
        setStretch(undefined)
        if (chosen === undefined) return
        const [first, last] = chosen
        const isWhole = first === last
        const withSince = setToken(text, 'since', isWhole ? undefined : timeOf(first))
        layout.change({
          eventFilter: setToken(withSince, 'until', isWhole || last === barCount - 1 ? undefined : timeOf(last + 1)),
        })
      },
    },
  }
}
