import type { Clock } from '../domain/clock.ts'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves the time and ends the sleeps that are over then, the earliest first. */
  advance(durationMs: number): void
  /** Resolves as soon as that many sleeps are under way, at once when they are. The signal to advance after. */
  whenSleeping(count?: number): Promise<void>
  /** How many milliseconds each sleep under way still has. */
  remainingMs(): readonly number[]
}

interface Sleep {
  readonly endsAt: number
  readonly wake: () => void
}

/** `startMs`: the first `now()`, milliseconds since 1970. `monotonicMs()` begins at 0. */
export function createManualClock(startMs = 0): ManualClock {
  let elapsedMs = 0
  const sleeps = new Set<Sleep>()
  const watchers = new Set<() => void>()

  const sleep = (durationMs: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted || durationMs <= 0) {
        resolve()
        return
      }
      const wake = () => {
        signal?.removeEventListener('abort', wake)
        sleeps.delete(entry)
        resolve()
      }
      const entry: Sleep = { endsAt: elapsedMs + durationMs, wake }
      signal?.addEventListener('abort', wake)
      sleeps.add(entry)
      for (const check of [...watchers]) check()
    })

  return {
    now: () => startMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    sleep,
    advance(durationMs) {
      elapsedMs += durationMs
      const over = [...sleeps].filter((entry) => entry.endsAt <= elapsedMs).sort((a, b) => a.endsAt - b.endsAt)
      for (const entry of over) entry.wake()
    },
    whenSleeping: (count = 1) =>
      new Promise((resolve) => {
        const check = () => {
          if (sleeps.size < count) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      }),
    remainingMs: () => [...sleeps].map((entry) => entry.endsAt - elapsedMs),
  }
}
