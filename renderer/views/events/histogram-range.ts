import type { EventFilter } from '../../text/filter-language.ts'

export const barCount = 120
/** What is looked at without a `since:`. */
const usualMs = 10 * 60_000

export interface HistogramRange {
  readonly from: number
  readonly to: number
  /** The part that the filter lets through, as bars. */
  readonly firstBar: number
  readonly lastBar: number
}

/** The time that the bars stand for: 10 minutes, or further back where the filter goes further back. */
export function histogramRange({ since, until }: EventFilter, now: number): HistogramRange {
  const span = Math.max(usualMs, since === undefined ? 0 : (now - since) * 1.1)
  // Whole bars, so that a second later the same events stand in the same bars.
  const barMs = Math.ceil(span / barCount / 1_000) * 1_000
  const to = Math.ceil(now / barMs) * barMs
  const from = to - barMs * barCount
  const bar = (at: number) => Math.floor((at - from) / barMs)
  return {
    from,
    to,
    firstBar: since === undefined ? 0 : Math.min(barCount - 1, Math.max(0, bar(since))),
    lastBar: until === undefined ? barCount - 1 : Math.max(0, Math.min(barCount - 1, bar(until - 1))),
  }
}
