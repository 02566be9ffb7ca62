import type { Offset } from './offset.ts'

/**
 * Whose latest events are to be applied again: of the keys that changed in a range of the log (both ends included), of
 * one public row key (its JSON array, or the value of a key of one column), or of dead letters.
 */
export type ReplaySelection =
  | { readonly from: Offset; readonly to: Offset }
  | { readonly key: string }
  | { readonly deadLetters: DeadLetterSelection }

/** All parts must hold; an absent part holds always. */
export interface DeadLetterSelection {
  readonly offset?: number | undefined
  readonly sqlstate?: string | undefined
  readonly constraint?: string | undefined
}

export interface ReplayResult {
  /** Keys whose latest event was applied, or all that waited. */
  readonly applied: number
  /** Keys of which an event was refused; where it is the first that waited, nothing has changed for them. */
  readonly refused: number
  /** Keys with events that are held until others have arrived, and tried by themselves then. */
  readonly waiting: number
  /** Why the first of them was refused, without row values. */
  readonly reason: string | undefined
}
