import type { Clock } from '../domain/clock.ts'
import { isTooLargeForServer } from './server-error.ts'

/**
 * So long are changes read in binary form once one could not be sent as text. Text is tried again then: it tells values of
 * every type, and by the server itself.
 */
const binaryForMs = 600_000

/** In which form a source sends its changes: as text, or for a while in binary. Of a source, not of one of its sessions. */
export interface StreamForm {
  isBinary(): boolean
  /** Tells it what the server said when a stream failed: a change that is too large as text is read in binary form next. */
  streamFailed(cause: unknown): void
}

export function createStreamForm(clock: Clock): StreamForm {
  let binaryUntilMs = Number.NEGATIVE_INFINITY
  return {
    isBinary: () => clock.monotonicMs() < binaryUntilMs,
    streamFailed(cause) {
      if (isTooLargeForServer(cause)) binaryUntilMs = clock.monotonicMs() + binaryForMs
    },
  }
}
