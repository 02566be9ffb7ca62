import type { Clock } from '../domain/clock.ts'
import { type Failure, FailureError } from '../domain/failure.ts'

export interface SuperviseDeps {
  readonly clock: Clock
  readonly object: string
  /** Works until the signal aborts, or throws. */
  readonly run: (signal: AbortSignal) => Promise<void>
  readonly onRetry: (failure: Failure, retryDelayMs: number) => void
  readonly onHalt: (failure: Failure, error: unknown) => void
  /** Between 0 and 1; for the jitter. */
  readonly random: () => number
}

const firstDelayMs = 250
const longestDelayMs = 30_000
/** A run that lasted that long had succeeded: the next failure is a new one. */
const settledMs = 10_000

/** How long to wait before try number `failures` + 1: doubling, and never in step with others. */
export function retryDelayMs(failures: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 20))
  return Math.round(full * (0.5 + random / 2))
}

/** Runs something that must not end: again after every failure that passes by itself, until it halts or the signal aborts. */
export async function supervise(deps: SuperviseDeps, signal: AbortSignal): Promise<void> {
  const { clock } = deps
  let failures = 0
  while (!signal.aborted) {
    const startedAt = clock.monotonicMs()
    try {
      return await deps.run(signal)
    } catch (error) {
      if (signal.aborted) return
      const failure = failureOf(error, deps.object)
      if (failure.policy !== 'retry') return deps.onHalt(failure, error)
      failures = clock.monotonicMs() - startedAt > settledMs ? 1 : failures + 1
      const delayMs = retryDelayMs(failures, deps.random())
      deps.onRetry(failure, delayMs)
      await clock.sleep(delayMs, signal)
    }
  }
}

/** What is no failure is a bug: it stops this object only, and is said as one. */
export function failureOf(error: unknown, object: string): Failure {
  if (error instanceof FailureError) return error.failure
  return {
    kind: 'bug',
    policy: 'halt',
    object,
    message: `Cannot go on with ${object}: an error inside ReJot`,
    solution: 'Report it with the log; restarting the engine is safe.',
  }
}
