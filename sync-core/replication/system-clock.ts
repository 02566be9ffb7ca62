import type { Clock } from '../domain/clock.ts'

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep,
}

/** setTimeout takes 31 bits and fires at once for more. */
const longestTimerMs = 2 ** 31 - 1

/** One timer and one listener, both gone when it resolves: loops sleep for weeks on one signal. */
function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, Math.min(Math.max(durationMs, 0), longestTimerMs))
    signal?.addEventListener('abort', end)
  })
}
