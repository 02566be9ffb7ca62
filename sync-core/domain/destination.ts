import type { Operation, StoredEvent } from './event.ts'
import type { StoreHistory } from './event-store.ts'
import type { Failure } from './failure.ts'
import type { Offset } from './offset.ts'

/** A database that rows go to. */
export interface Destination {
  /** Connects and makes `rejot.consumer_offset` where it is missing. Throws a FailureError. */
  connect(signal: AbortSignal): Promise<DestinationSession>
}

export interface DestinationSession {
  readonly serverVersion: string
  /** Makes the consumer's SQL ready. Throws a FailureError of kind `sql`, `table-missing`, … with the position in its SQL. */
  prepare(consumer: ConsumerStatements): Promise<void>
  /**
   * Where these consumers are; makes the row of a new one at `start`. Throws a FailureError of kind `store` when a row
   * was written from another event store, or from a later state of this one.
   */
  offsets(consumers: readonly string[], store: StoreHistory, start: Offset): Promise<ReadonlyMap<string, Offset>>
  /**
   * Makes a consumer begin anew: its offset is 0 and its row this store's. Tells where it was, before that takes effect;
   * `undefined` when it had no row, one of another store, or of a later state of this one.
   */
  restart(consumer: string, store: StoreHistory, tell: (was: Offset | undefined) => void): Promise<void>
  /** The uuid of the event store that a consumer's row was written from; `undefined` when it has none. */
  writer(consumer: string): Promise<string | undefined>
  /** Makes a consumer's row one of another event store, before the first offset; nothing when it is not `from`'s any more. */
  takeOver(consumer: string, from: string, to: string): Promise<void>
  /** Whether a prepared consumer's deletes take other rows with them, and so have to come after what moves those away. */
  deletesLast(consumer: string): boolean
  /** Offsets of held events that the last transaction of each consumer has written; of those that have any. */
  released(consumers: readonly string[]): Promise<ReadonlyMap<string, readonly Offset[]>>
  /**
   * One transaction: locks the consumers' rows in name order and compares them with `from`. Nothing is waited for; that
   * another engine has moved them is a FailureError of kind `state-in-use` of the transaction's own calls.
   */
  begin(consumers: readonly string[], from: Offset): Promise<DestinationTransaction>
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface ConsumerStatements {
  readonly consumer: string
  readonly sql: string
  readonly deleteSql: string | undefined
  /** Type names by column of the contract, as the source says. */
  readonly columns: readonly { readonly name: string; readonly type: string | undefined }[]
}

/** What fails is thrown by the call itself or by a later one, at the latest by `commit`; always the first failure. */
export interface DestinationTransaction {
  /**
   * Writes events in order. Throws when one, or one of an earlier call, is refused; the transaction is then of no more
   * use. Resolves once the events of the calls before it are written.
   */
  apply(consumer: string, events: readonly EventToApply[]): Promise<void>
  /** Writes each event by itself and goes on after a refusal. Returns the refused ones. */
  applyOneByOne(consumer: string, events: readonly EventToApply[]): Promise<readonly Refusal[]>
  /**
   * Writes upserts, each of another key, that stand in each other's way: as one change where the constraints can wait
   * for its end, else by deleting the rows before, where nobody could tell that from updating them. Returns those that
   * are written, perhaps none.
   */
  replaceTogether(consumer: string, events: readonly EventToApply[]): Promise<readonly Offset[]>
  /**
   * With the consumers' rows at `to`, and with the held events that it has written, by consumer, for `released`.
   * Constraints that wait for the end are checked before.
   */
  commit(to: Offset, released?: ReadonlyMap<string, readonly Offset[]>): Promise<void>
  rollback(): Promise<void>
}

export type EventToApply = Pick<StoredEvent, 'offset' | 'operation' | 'key' | 'payload'>

export interface Refusal {
  readonly offset: Offset
  readonly operation: Operation
  readonly key: string
  readonly failure: Failure
  /** It was not tried: an earlier event of its key was refused. */
  readonly waitsBehind: boolean
  readonly constraint: string | undefined
  /** The server's DETAIL; holds row values, so it goes into the dead letter only. */
  readonly detail: string | undefined
  readonly serverMessage: string
}
