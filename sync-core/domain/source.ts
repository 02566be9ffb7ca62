import type { ServerIdentity, SourceCheckpoint } from './checkpoint.ts'
import type { Failure } from './failure.ts'
import type { Lsn } from './lsn.ts'
import type { RowVersion, SourceKey, TransactionPart } from './source-transaction.ts'

/** A database that rows come from. */
export interface Source {
  /**
   * Checks everything that following needs, and starts the stream where the slot is. Without `known` this is the first
   * time: publication and slot are created where they are missing. With it, the server and its slot must be those that
   * were left: a slot that is gone, lost or ahead of it, another cluster, timeline or an older state is refused, before
   * anything is made there.
   * Public schemas in `without` are left alone. One that cannot be followed as it is becomes `broken`, unless this is
   * the first time and none can.
   * Throws a FailureError; what it had created is then gone.
   */
  connect(
    known: SourceCheckpoint | undefined,
    signal: AbortSignal,
    without?: ReadonlySet<string>,
  ): Promise<SourceSession>
  /**
   * Drops the slot if there is one, so that the next `connect` makes another. Throws a FailureError for one that
   * belongs to another program or database, or that is being read.
   */
  dropSlot(): Promise<void>
  /**
   * What the slot holds, over a connection of its own: for a source that nobody follows. `undefined`: there is no such
   * slot, or it holds nothing any more. Throws a FailureError.
   */
  walHeld(): Promise<WalHeld | undefined>
}

/** One connection to a source, from start to its first failure. */
export interface SourceSession {
  readonly server: ServerIdentity
  readonly serverVersion: string
  /** Where the slot was left, by the server. */
  readonly slotConfirmedLsn: Lsn
  readonly schemas: readonly PreparedPublicSchema[]
  /** Public schemas that the database does not allow as they are. */
  readonly broken: readonly BrokenPublicSchema[]
  /**
   * Whether all this still is as it was found. `false`: a table or its place in the publication has changed, or a
   * broken public schema is whole again, and a new session is to be made. Cheap; asked once a second.
   */
  isCurrent(): Promise<boolean>
  /** What a sampled row of a public schema has against its contract; a sentence. */
  contractFault(schema: string): string | undefined
  /**
   * What the first chunk of a backfill waits for, `the transaction of PID 4711`; `undefined` when for nothing. Rows
   * that a transaction wrote before its table joined the publication are in no stream, and in no snapshot until it ends.
   */
  unsettled(): Promise<string | undefined>
  readonly stream: ChangeStream
  /** Makes the server say where it is, by a message in its WAL. */
  nudge(): Promise<void>
  openSnapshot(): Promise<SourceSnapshot>
  /** Lets the slot move to there: everything before it may be forgotten by the server. */
  confirm(lsn: Lsn): void
  walHeld(): Promise<WalHeld>
  /** Rejects when any of its connections fails; never resolves before `close`. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface BrokenPublicSchema {
  readonly id: string
  readonly failure: Failure
}

/** WAL that the server keeps for the slot. */
export interface WalHeld {
  readonly retainedBytes: number
  /** Past this the server throws WAL away and the slot is lost (`max_slot_wal_keep_size`); `undefined`: it never does. */
  readonly keptBytes: number | undefined
}

/** A public schema as the source's server understands it. */
export interface PreparedPublicSchema {
  readonly id: string
  /** Changes with the SQL, the key and the types. */
  readonly definitionHash: string
  readonly key: readonly string[]
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly transformations: readonly PreparedTransformation[]
  /** Of the tables that it listens to. Rows come and go with them of which the stream says nothing. */
  readonly partitions: readonly Partition[]
  /** Its changes come as row images, each of which is an event; else as keys, whose rows are asked for. */
  readonly everyVersion: boolean
}

export interface Partition {
  readonly oid: number
  /** Nothing was ever written to it, so that it brings no rows along. */
  readonly isEmpty: boolean
}

export interface PreparedTransformation {
  /** `"public"."account"` */
  readonly table: string
  /**
   * Public row key of a source key, as text equal to what the server prints, where both are provably the same
   * values: no lineage is kept then.
   */
  readonly publicKeyOf: ((sourceKey: string) => string) | undefined
  /** Where row images are read: for each of their values, whether it stands in the payload too, so that it can be had from there. */
  readonly restorable?: readonly boolean[] | undefined
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
  /**
   * Resolves when a part arrives, when the position reaches `lsn`, when a confirmation is wanted, after `limitMs`, or when
   * the signal aborts; at once when there is a part, or the position is there. Rejects once the stream has failed. One at a
   * time.
   */
  arrival(signal: AbortSignal, limitMs: number, lsn?: Lsn): Promise<void>
  /** Row changes received. */
  readonly rowChanges: number
}

/** One state of the source. */
export interface SourceSnapshot {
  /** Every transaction in this state committed before here. */
  readonly lsn: Lsn
  /** Every transaction that ran when the session was made has ended: a backfill may begin. */
  readonly settled: boolean
  /** Whether a transaction (BEGIN's 32 bits) is in this state. */
  sees(xid: number): boolean
  /**
   * Runs a transformation's SQL once for all keys. `too-much`: their rows are more than should be in memory together, and
   * fewer keys are to be asked at once; never where `whole` says that these cannot be fewer.
   * Throws a PublicSchemaError, or what `close` throws.
   */
  project(
    schema: number,
    transformation: number,
    keys: readonly SourceKey[],
    whole?: boolean,
  ): Promise<readonly ProjectedRow[] | 'too-much'>
  /** Runs a transformation's SQL over row images instead of its table. Rows come with the place of their version; none for one that is gone or does not fit its WHERE. */
  projectVersions(
    schema: number,
    transformation: number,
    versions: readonly RowVersion[],
  ): Promise<readonly ProjectedRow[]>
  /** The next keys of a transformation's table in order, at most `limit`; fewer when it ends. */
  walk(schema: number, transformation: number, after: string | undefined, limit: number): Promise<readonly SourceKey[]>
  /** The server's estimate of the rows in a transformation's table. */
  estimateRows(schema: number, transformation: number): Promise<number>
  /** Perhaps nothing more is asked: what `close` has to know is asked right behind what was. */
  expectClose(): void
  /** Ends it, without a look where nothing was asked. Throws a DefinitionChangedError when what was read means nothing: a table was rewritten since, or the SQL gives other columns. */
  close(): Promise<void>
}

export interface ProjectedRow {
  /** Place of the source key in what was asked. */
  readonly ordinal: number
  readonly key: string
  readonly payload: string
}
