import type { Offset } from './offset.ts'

/**
 * What of the log is kept: for ever the last event of each key that has a row, and what came before by age and size.
 * Sources are handled one by one, each between its epochs.
 */
export interface Retention {
  /** The state of a public schema can be given as of this offset and every later one. */
  completeFrom(schema: string): Offset
  /** Removes history of one source for about `budgetMs`, oldest first; nothing while an epoch of it is open. */
  forget(request: ForgetRequest): Forgotten
  /** Gives space in the file that nothing uses back to the disk, for about `budgetMs`. Returns whether there is more. */
  shrink(budgetMs: number): boolean
  /** Bytes of the file that hold something. */
  usedBytes(): number
}

export interface ForgetRequest {
  readonly source: string
  /** Every consumer has applied everything up to here. */
  readonly applied: Offset
  /** Removes what was stored before this, ms since 1970, */
  readonly storedBefore: number
  /** and anything while the store holds more than this. */
  readonly maxBytes: number
  readonly budgetMs: number
}

/** `more`: the time was over. `held`: what is due has not been applied by every consumer. */
export type Forgotten = 'more' | 'done' | 'held'

/** How much history is kept beyond the rows there are. Either limit is enough for removing. */
export interface HistoryLimits {
  readonly maxAgeMs: number
  /** Of what the store holds, rows included. */
  readonly maxBytes: number
}
