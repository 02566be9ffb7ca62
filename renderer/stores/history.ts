/** What was measured of one object, one value a second, oldest first; at most `capacity` of them. */
export interface History {
  readonly length: number
  /** Adds a second; the oldest goes when it is full. */
  push(rate: number, lagMs: number): void
  /** Copies, oldest first. */
  rates(): number[]
  lags(): number[]
  lastRate(): number
}

/** 15 minutes at one a second. */
export const historySeconds = 900

/** A ring of two rows of numbers: a thousand objects cost 7 MB and never more. */
export function createHistory(capacity: number = historySeconds): History {
  const rates = new Float32Array(capacity)
  const lags = new Float32Array(capacity)
  let next = 0
  let length = 0
  const read = (row: Float32Array) =>
    Array.from({ length }, (_, index) => row[(next - length + index + capacity) % capacity] ?? 0)

  return {
    get length() {
      return length
    },
    push(rate, lagMs) {
      rates[next] = rate
      lags[next] = lagMs
      next = (next + 1) % capacity
      length = Math.min(length + 1, capacity)
    },
    rates: () => read(rates),
    lags: () => read(lags),
    lastRate: () => (length === 0 ? 0 : (rates[(next - 1 + capacity) % capacity] ?? 0)),
  }
}

/**
 * Returns what a counter that only grows made per second between two moments. 0 when it fell: then the engine started
 * anew and nothing is known about the time between.
 */
export function ratePerSecond(before: number, after: number, betweenMs: number): number {
  if (after < before || betweenMs <= 0) return 0
  return ((after - before) * 1_000) / betweenMs
}
