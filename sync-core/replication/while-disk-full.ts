import type { Clock } from '../domain/clock.ts'
import { type Failure, FailureError } from '../domain/failure.ts'

export interface FullDiskDeps {
  readonly clock: Clock
  /** It is tried again in so many ms. */
  readonly onWaiting: (failure: Failure, retryDelayMs: number) => void
}

const firstDelayMs = 250
/** It is only our own disk that is asked. */
const longestDelayMs = 5_000

/**
 * Does what a full disk may refuse, again and again until there is room, and gives its result. The connections to the
 * source stay as they are meanwhile: the server goes on keeping what has not been confirmed, and nothing has to be
 * read twice. Throws what else `act` throws, and when the signal aborts.
 */
export async function whileDiskFull<Result>(
  { clock, onWaiting }: FullDiskDeps,
  act: () => Result,
  signal: AbortSignal,
): Promise<Result> {
  for (let delayMs = firstDelayMs; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return act()
    } catch (error) {
      if (!(error instanceof FailureError) || error.failure.kind !== 'disk-full') throw error
      onWaiting(error.failure, delayMs)
    }
    await clock.sleep(delayMs, signal)
    signal.throwIfAborted()
  }
}
