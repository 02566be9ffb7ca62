import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { VerbOutput } from '../../../main/contract/contract.ts'
import { useEvents, useLayout, useProgram, useSettings } from '../../stores/program.ts'
import { type EventFilter, setToken } from '../../text/filter-language.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { formatClock, formatMinute, formatSpan } from '../../text/format-time.ts'
import { barCount, type HistogramRange, histogramRange } from './histogram-range.ts'

type Counts = VerbOutput<'events.histogram'>

const height = 56

/** When how many came; a stretch of it becomes `since:` and `until:`. */
export function Histogram({ filter }: { filter: EventFilter }) {
  const { range, counts } = useCounts(filter)
  const zone = useSettings((settings) => settings.timeZone)
  const brush = useBrush(range)
  const top = Math.max(1, ...counts)
  const total = counts.slice(range.firstBar, range.lastBar + 1).reduce((sum, count) => sum + count, 0)
  const ticks = Array.from({ length: 6 }, (_, index) => range.from + ((range.to - range.from) * index) / 5)
  const [first, last] = brush.stretch ?? [range.firstBar, range.lastBar]
  return (
    <div className="histogram">
      <div className="histogram-head num">
        <strong>{formatCount(total)}</strong> {total === 1 ? 'event' : 'events'} in{' '}
        {formatSpan(((last - first + 1) * (range.to - range.from)) / barCount)}
      </div>
      <svg
        viewBox={`0 0 ${barCount} ${height}`}
        preserveAspectRatio="none"
        height={height}
        role="img"
        aria-label={`${formatPlural(total, 'event')} between ${formatMinute(range.from, zone)} and ${formatMinute(range.to, zone)}`}
        {...brush.handlers}
      >
        {(first > 0 || last < barCount - 1) && (
          <rect className="brush" x={first} y="0" width={last - first + 1} height={height} />
        )}
        {counts.map((count, bar) =>
          count === 0 ? null : (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
              key={bar}
              className={bar >= first && bar <= last ? 'bar-in' : 'bar-out'}
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

/** Asked again every two seconds while it follows; without the filter's own times, so that the rest stays visible. */
function useCounts(filter: EventFilter): { readonly range: HistogramRange; readonly counts: readonly number[] } {
  const { invoke } = useProgram()
  const live = useEvents((state) => state.tail === 'live')
  const [now, setNow] = useState(() => Date.now())
  const [answer, setAnswer] = useState<Counts | undefined>()
  useEffect(() => {
    setNow(Date.now())
    if (!live) return
    const timer = setInterval(() => setNow(Date.now()), 2_000)
    return () => clearInterval(timer)
  }, [live])
  const range = useMemo(() => histogramRange(filter, now), [filter, now])
  const { from, to } = range
  const asked = useMemo(() => {
    const { since, until, ...rest } = filter
    return rest
  }, [filter])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `now` says when to look again
  useEffect(() => {
    let current = true
    void invoke('events.histogram', { filter: asked, from, to, buckets: barCount }).then((result) => {
      if (current && result.ok) setAnswer(result.value)
    })
    return () => {
      current = false
    }
  }, [invoke, asked, from, to, now])
  // Counts of another stretch of time would stand in the wrong bars.
  const fits = answer?.from === from && answer.to === to
  const shift = answer === undefined ? 0 : Math.round(((from - answer.from) * barCount) / (to - from))
  const counts = fits ? answer.counts : Array.from({ length: barCount }, (_, bar) => answer?.counts[bar + shift] ?? 0)
  return { range, counts }
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
