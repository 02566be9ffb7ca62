import type { Lsn } from './lsn.ts'
import type { SourceKey, TransactionPart } from './source-transaction.ts'

/** A database that rows come from. */
export interface Source {
  /**
   * Checks everything that following needs, and starts the stream from `from`. Without it this is the first time:
   * publication and slot are created where they are missing; with it, a missing slot is a lost one.
   * Throws a FailureError; what it had created is then gone.
   */
  connect(from: Lsn | undefined, signal: AbortSignal): Promise<SourceSession>
}

/** One connection to a source, from start to its first failure. */
export interface SourceSession {
  readonly systemIdentifier: string
  readonly serverVersion: string
  /** Where the slot was left, by the server. */
  readonly slotConfirmedLsn: Lsn
  readonly schemas: readonly PreparedPublicSchema[]
  readonly stream: ChangeStream
  /** Makes the server say where it is, by a message in its WAL. */
  nudge(): Promise<void>
  openSnapshot(): Promise<SourceSnapshot>
  /** Lets the slot move to there: everything before it may be forgotten by the server. */
  confirm(lsn: Lsn): void
  /** Bytes of WAL that the slot holds. */
  retainedBytes(): Promise<number>
  /** Rejects when any of its connections fails; never resolves before `close`. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

/** A public schema as the source's server understands it. */
export interface PreparedPublicSchema {
  readonly id: string
  /** Changes with the SQL, the key and the types. */
  readonly definitionHash: string
  readonly key: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly transformations: readonly PreparedTransformation[]
}

export interface PreparedTransformation {
  /** `"public"."account"` */
  readonly table: string
  /**
   * Public row key of a source key, as text equal to what the server prints, where both are provably the same
   * values: no lineage is kept then.
   */
  readonly publicKeyOf: ((sourceKey: string) => string) | undefined
  /** Source key and arguments of a public row key; the reverse of `publicKeyOf`. */
  readonly sourceKeyOf: ((publicKey: string) => SourceKey) | undefined
}

/** What the server sends, in commit order, taken when there is time for it. The server waits when nobody takes. */
export interface ChangeStream {
  /** The next part, without removing it. */
  peek(): TransactionPart | undefined
  /** Removes and returns the next part. */
  take(): TransactionPart | undefined
  /** Everything that committed before this has been handed out or is waiting to be taken. */
  readonly position: Lsn
  /** The server asks how far it may forget: it is about to stop, or to take us for dead. */
  readonly confirmationWanted: boolean
  /** Asks the server for its position, which then comes by itself. */
  askPosition(): void
  /**
   * Resolves when a part or a position arrives, after `limitMs`, or when the signal aborts; at once when a part is
   * waiting. Rejects once the stream has failed. One at a time.
   */
  arrival(signal: AbortSignal, limitMs: number): Promise<void>
  /** Row changes received. */
  readonly rowChanges: number
}

/** One state of the source. */
export interface SourceSnapshot {
  /** Every transaction in this state committed before here. */
  readonly lsn: Lsn
  /** Whether a transaction (BEGIN's 32 bits) is in this state. */
  sees(xid: number): boolean
  /** Runs a transformation's SQL once for all keys. */
  project(schema: number, transformation: number, keys: readonly SourceKey[]): Promise<readonly ProjectedRow[]>
  /** The next keys of a transformation's table in order, at most `limit`; fewer when it ends. */
  walk(schema: number, transformation: number, after: string | undefined, limit: number): Promise<readonly SourceKey[]>
  /** The server's estimate of the rows in a transformation's table. */
  estimateRows(schema: number, transformation: number): Promise<number>
  /** Probably nothing more is asked: what `close` has to know is asked right behind it. */
  expectClose(): void
  /** Ends it. `false`: a table that was read has been rewritten since, and what was read means nothing. */
  close(): Promise<boolean>
}

export interface ProjectedRow {
  /** Place of the source key in what was asked. */
  readonly ordinal: number
  readonly key: string
  readonly payload: string
}
