import { useEffect, useMemo, useState } from 'react'
import type { VerbOutput } from '../../../main/contract/contract.ts'
import { useEvents, useProgram } from '../../stores/program.ts'
import type { EventFilter } from '../../text/filter-language.ts'
import { barCount, type HistogramRange, histogramRange } from './histogram-range.ts'

type Counts = VerbOutput<'events.histogram'>

export interface EventCounts {
  readonly range: HistogramRange
  /** One for each bar. */
  readonly counts: readonly number[]
  /** In the part that the filter lets through; `undefined` until it was counted. */
  readonly total: number | undefined
}

/** Asked again every two seconds while it follows; without the filter's own times, so that the rest stays visible. */
export function useEventCounts(filter: EventFilter): EventCounts {
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
  const total =
    answer === undefined
      ? undefined
      : counts.slice(range.firstBar, range.lastBar + 1).reduce((sum, count) => sum + count, 0)
  return { range, counts, total }
}
