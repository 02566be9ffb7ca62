/** The value below which a share of the sorted values lies; the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN
}

export interface LatencyFigures {
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}

export function latencyFigures(valuesMs: readonly number[]): LatencyFigures {
  const round = (value: number): number => Math.round(value * 100) / 100
  return {
    p50Ms: round(percentile(valuesMs, 0.5)),
    p95Ms: round(percentile(valuesMs, 0.95)),
    p99Ms: round(percentile(valuesMs, 0.99)),
  }
}
