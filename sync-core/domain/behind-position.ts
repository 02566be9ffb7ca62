import type { StartPosition } from './consumer-start.ts'

/** A consumer that is to begin behind a position. */
export interface PositionQuestion {
  /** Public schema id. */
  readonly schema: string
  /** It takes each version of its rows. */
  readonly everyVersion?: boolean
  /** An event without a store is one of the store that is asked. */
  readonly position: StartPosition
  /** ms since 1970. */
  readonly now: number
}

/** What it would get, and what not. */
export interface BehindPosition {
  /** Uuid of the event store that was asked. */
  readonly store: string
  /** Where it is; `undefined`: nowhere, by `problem`. */
  readonly offset: number | undefined
  readonly problem: { readonly message: string; readonly solution: string } | undefined
  /** Stored events after it, */
  readonly events: number
  /** rows whose last event is one of them, */
  readonly rows: number
  /** and those of these rows that are deleted. */
  readonly deletes: number
  /** Counting took too long: there are more. */
  readonly more: boolean
  /** Rows that were deleted after it and up to this offset are not known any more; `undefined`: all of them are. */
  readonly deletesFrom: number | undefined
  /** Rows of the public schema are still to be copied for the first time: they come as events too. */
  readonly copies: boolean
}
