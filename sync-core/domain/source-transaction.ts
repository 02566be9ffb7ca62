import type { Lsn } from './lsn.ts'

/**
 * A source transaction as it comes, in parts: it may be larger than memory, so nobody holds it whole.
 * Always `begin`, any number of changes, `commit`.
 */
export type TransactionPart = TransactionBegin | RowChange | Truncation | TransactionCommit

export interface TransactionBegin {
  readonly type: 'begin'
  /** 32 bits; wraps around. */
  readonly xid: number
  readonly commitLsn: Lsn
}

/** A row changed that at least one transformation listens to. */
export interface RowChange {
  readonly type: 'change'
  readonly listeners: readonly ChangeListener[]
  /** Decoded columns by their place in the table; only those that a listener wants. */
  readonly old: TupleValues | undefined
  readonly new: TupleValues | undefined
}

export interface Truncation {
  readonly type: 'truncate'
  readonly tables: readonly string[]
  readonly listeners: readonly ChangeListener[]
}

export interface TransactionCommit {
  readonly type: 'commit'
  readonly commitLsn: Lsn
  /** The end of its record: what may be confirmed once it is on disk. */
  readonly endLsn: Lsn
  /** By the engine's clock, ms since 1970. */
  readonly receivedAt: number
}

/** Text as the server prints it, `null` for NULL, `undefined` for a value that was not sent (unchanged TOAST, no key column). */
export type TupleValues = readonly (string | null | undefined)[]

/** A transformation of a public schema that wants the changes of a table. */
export interface ChangeListener {
  readonly schema: number
  readonly transformation: number
  /** From an old or a new tuple to the key that is asked; `undefined` when the identity is not in it. */
  keyOf(values: TupleValues, age: 'old' | 'new'): SourceKey | undefined
  /** Of a transformation that wants every version: the values that its SQL reads, in an order of its own. */
  readonly imageOf?: ((values: TupleValues) => ImageValues | undefined) | undefined
}

/**
 * What a transformation's SQL reads of a row as it was written to the WAL. `undefined` in it: a value that did not change,
 * and was not sent; in its place: the table had other columns then, and it says nothing.
 */
export type ImageValues = readonly (string | null | undefined)[]

/** One version of a source row. */
export interface RowVersion {
  readonly key: SourceKey
  /** `gone`: there is no row of this key from here on. */
  readonly image: ImageValues | 'gone'
  /** The payload that the row had before, which has what the image lacks. */
  readonly before?: string
}

export interface SourceKey {
  /** The replica identity's values as a JSON array of text. */
  readonly id: string
  /**
   * A value for each placeholder. `gone`: an old row of which only the identity was sent; there is nothing to ask, and
   * only the lineage tells what it gave. `look-up`: a value was not sent because it did not change; the snapshot has it.
   */
  readonly args: readonly (string | null)[] | 'gone' | 'look-up'
}
