import type { DeadLetterSelection, ReplayResult, ReplaySelection } from './replay.ts'
import type { EngineStatus } from './status.ts'

/**
 * What a running engine can be told, by the window, the command line or the API. Safe at any moment: whatever is under
 * way ends first. They reject with a FailureError when that cannot be done; nothing has changed then.
 *
 * A consumer is named by its id, or by its name alone where no other consumer of the engine is called that.
 */
export interface EngineCommands {
  status(): EngineStatus
  /** Takes effect after the transaction under way. Survives restarts. */
  pauseConsumer(consumer: string): Promise<void>
  /** Ends a pause; what was halted is tried again. */
  resumeConsumer(consumer: string): Promise<void>
  /**
   * Applies the latest event of each selected public row key once more, with the consumer's SQL as it is now. Keys
   * whose latest event the consumer has not reached get that in its turn, and not twice. A key's dead letter goes once
   * this succeeds; where it is refused again nothing has changed. Of a key that waits behind a dead letter of a consumer of
   * every version, that version is applied and then each that waits behind it, in order; each takes effect once.
   */
  replay(consumer: string, selection: ReplaySelection): Promise<ReplayResult>
  /**
   * Writes all rows of a consumer again, from the store, with its SQL as it is now, beside the others: each once, as it
   * is where the consumer is, and then what comes after that. Also the way back where the destination was written from
   * another event store. Certain when it resolves; goes on over restarts, and the offset shows how far it is. It deletes
   * what it knows to be deleted; rows that only another store knew stay.
   */
  startOver(consumer: string): Promise<void>
  /**
   * Gives dead letters up for a reason that is kept: their keys' next events go on, and of a consumer of every version
   * those that wait behind them. Returns how many.
   */
  skipDeadLetters(consumer: string, selection: DeadLetterSelection, reason: string): Promise<number>
  /**
   * Copies a public schema's rows again: what changed unseen is corrected, what is gone is deleted, equal rows make no
   * event. On disk when it resolves; goes on beside live changes, over restarts, and shows in the status. Refused for a
   * schema that this engine does not publish, or has not begun to copy.
   */
  backfillAgain(schema: string): Promise<void>
  /**
   * The way back for a source that is halted because its slot is lost or another server answers: gives the slot up,
   * makes a new one and copies all its public schemas again. Resolves once that has begun. Refused when there is nothing
   * to recover, or the slot cannot be dropped. A source is named by its id, or by its connection's name.
   */
  recoverSource(source: string): Promise<void>
}
