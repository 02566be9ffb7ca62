import type { BackfillState, SourceBook, SourceCheckpoint } from './checkpoint.ts'
import type { ConsumerBook } from './consumer-record.ts'
import type { DeadLetterBook } from './dead-letter.ts'
import type { Epoch, StoredEvent } from './event.ts'
import type { HeldBook } from './held-event.ts'
import type { Lsn } from './lsn.ts'
import type { Offset } from './offset.ts'
import type { Retention } from './retention.ts'

/**
 * The durable log between sources and consumers, and what is derived from it. One writer: the engine.
 *
 * All methods but one are synchronous, and whatever one of them returned from is on disk. They throw a FailureError of
 * kind `disk-full` or `store`; the transaction is then undone.
 */
export interface EventStore {
  /** What destinations remember, so that another file, or an older copy of this one, is never mistaken for it. */
  readonly history: StoreHistory

  /** Whether this store was made in the place of that one, so that it takes over the destinations that it wrote. */
  takesOver(uuid: string): boolean

  readonly sources: SourceBook
  readonly consumers: ConsumerBook
  readonly deadLetters: DeadLetterBook
  readonly retention: Retention
  readonly held: HeldBook

  /** Starts an epoch of a source; at most one is open for each source. */
  openEpoch(source: string): EpochWriter

  /** The epoch that was opened last, with what of it is on disk; `undefined` before the first. */
  epochUnderWay(source: string): EpochUnderWay | undefined

  /** The last offset that is readable for this source: of its last closed epoch. */
  head(source: string): Offset

  /**
   * The same with the epoch that is closed and still on its way to the disk. What else that epoch says, such as that a
   * backfill is done, is told already; its events are there once the head is here.
   */
  closedHead(source: string): Offset

  /**
   * Closed epochs of a source after an offset, oldest first, as many as hold at most `maxEvents` events together, but
   * at least one if there is one. An epoch is returned whole or not at all.
   */
  epochsAfter(source: string, after: Offset, maxEvents: number): readonly Epoch[]

  /**
   * Events of these public schemas in these epochs, in order, from after an offset, at most `limit` events and
   * about `maxBytes` of payload (at least one event). The caller pages with the last event's offset.
   */
  events(page: EventPage): readonly StoredEvent[]

  /**
   * Events at these offsets, in the order of these, as many of the first as hold about `maxBytes` of payload (at least one
   * event). What is not there is passed over. The caller goes on behind the last one that it got.
   */
  eventsAt(offsets: readonly Offset[], maxBytes: number): readonly StoredEvent[]

  /** Public row keys of a schema that changed between two offsets, both included, without repeats. */
  keysBetween(schema: string, from: Offset, to: Offset): readonly string[]

  /** Of each of these keys the last event up to an offset, deletes too, in the order of the log; none for keys of which the log has none. */
  lastEvents(schema: string, keys: readonly string[], upTo: Offset): readonly KeyEvent[]

  /** How many events of these schemas lie after an offset, in closed epochs; never less, also where history is gone. */
  pending(source: string, schemas: readonly string[], after: Offset): number

  /** Events of this schema ever stored. */
  eventsOf(schema: string): number

  /**
   * The end of the next `events` stored events after an offset, at most `upTo`: what a consumer that begins anew takes
   * in one go.
   */
  stretchEnd(after: Offset, upTo: Offset, events: number): Offset

  /**
   * The end of the last epoch of a source before everything that reached the engine at a time or later, ms since 1970; 0
   * when there is none. A clock that was set back makes it earlier, so that nothing from that time on lies before it.
   */
  offsetBefore(source: string, receivedAt: number): Offset

  /** All events ever stored, the bytes that the file takes, and closing rows since it was opened: each waited for the disk once. */
  size(): { readonly events: number; readonly bytes: number; readonly closings: number }

  /** Throws a FailureError of kind `disk-full` from when the disk was found full until there is room for events again. */
  requireRoom(): void

  /** Moves what the WAL of the store holds into its file; called between epochs. */
  checkpoint(): void
  close(): void
}

/**
 * A store that is restored from a copy gives offsets again that had been given to other events. So each opening has a
 * name of its own, which is on disk before the first event of it, and an offset counts only together with the opening
 * in which a destination last knew it to be right.
 */
export interface StoreHistory {
  /** Made with the file. */
  readonly uuid: string
  /** Made each time the store is opened. */
  readonly opening: string
  /** Whether an offset that was right in that opening is right in this file too. */
  holds(opening: string, offset: Offset): boolean
}

/**
 * What a destination needs to begin with a large epoch before it is closed, in a transaction that it can still take
 * back: chunks are read as an epoch that ends at `lastOffset`.
 */
export interface EpochUnderWay {
  readonly id: number
  readonly state: 'open' | 'closed' | 'discarded'
  readonly firstOffset: Offset
  /** Of the last chunk that is on disk; before `firstOffset` when there is none. */
  readonly lastOffset: Offset
  /** A later chunk took back an event of an earlier one: who has read that must begin again. */
  readonly rewritten: boolean
}

/** An event without its payload, of which there may be very much. */
export type KeyEvent = Pick<StoredEvent, 'offset' | 'operation' | 'key'>

export interface EventPage {
  readonly epochs: readonly Pick<Epoch, 'id' | 'firstOffset' | 'lastOffset'>[]
  readonly schemas: readonly string[]
  readonly after: Offset
  readonly limit: number
  readonly maxBytes: number
  /**
   * Only the state at this offset: of each key the last event up to it, and no deletes. The events' epochs may be gone
   * from history by then, so `epochs` only bounds the offsets.
   */
  readonly asOf?: Offset
  /** With the deletes all the same. */
  readonly deletes?: boolean
}

/** What there is of a public row key in the epoch's snapshot. */
export interface RowNow {
  readonly key: string
  /** `undefined`: no row. */
  readonly payload: string | undefined
}

export interface RecordedRun {
  /** Values for the SQL's placeholders, as a JSON array of text or null, so that it can be run again; `null`: not known. */
  readonly args: string
  /** Public row keys that it gave. */
  readonly publicKeys: readonly string[]
}

/** What one source key gave; the lineage is made of it. Without arguments and keys it forgets the source key. */
export interface SourceKeyRun extends RecordedRun {
  /** Place of the transformation in `PublicSchema.transformations`. */
  readonly transformation: number
  /** The replica identity's values as a JSON array. */
  readonly sourceKey: string
}

/**
 * Writes one epoch. Small ones take one SQLite transaction; large ones several, and become readable with `close`.
 * A key takes part in an epoch at most once: a later `put` or `remove` of the same key replaces the earlier one, and
 * a key whose payload ends as it was before the epoch leaves no event.
 * What a process left open when it died is undone at the next open of the store.
 */
export interface EpochWriter {
  /**
   * Rows as they are now. Those whose payload is what was stored last make no event, nor does a key without a row that
   * has none already. The event of a row that is gone carries its last payload. Events come in the order of these.
   */
  put(schema: string, rows: readonly RowNow[]): void
  /**
   * Rows one after the other, each against what its key has then: every difference is an event, and stays one, so that
   * a key may have many in an epoch. A schema whose rows are written like this is never given to `put` or `remove`.
   */
  putEach(schema: string, rows: readonly RowNow[]): void
  /** `put` of keys that have no row. */
  remove(schema: string, keys: readonly string[]): void
  /** Of these public row keys, those that have a row (in this epoch or before), in any order. */
  live(schema: string, keys: readonly string[]): readonly string[]

  /** Of these keys of a schema that is given to `putEach`, the rows that they have, by key. */
  payloads(schema: string, keys: readonly string[]): ReadonlyMap<string, string>

  /** Keys that have a row, in the order of their text, after one of them; for walking through all of them. */
  liveAfter(schema: string, after: string | undefined, limit: number): readonly string[]

  recordRuns(schema: string, runs: readonly SourceKeyRun[]): void
  /** By source key, of those that are recorded: how it was run the last time, and what it gave. */
  runsOf(schema: string, transformation: number, sourceKeys: readonly string[]): ReadonlyMap<string, RecordedRun>
  /** Recorded source keys that gave one of these public row keys, without repeats. */
  sourceKeysOf(schema: string, publicKeys: readonly string[]): readonly Omit<SourceKeyRun, 'publicKeys'>[]

  /** Events so far. */
  readonly events: number
  /** Writes the closing row and the source's checkpoint (and backfill states) in one transaction with the remaining events. Returns the new head, unchanged when the epoch has no event. */
  close(end: EpochEnd): Offset
  /**
   * `close` without holding the loop while the disk is waited for: what comes next can be read and asked meanwhile. Until it
   * resolves, with the new head, nobody reads the epoch, and no other one of its source can be closed. Throws what
   * `close` throws; rejects when the disk refused, and then nothing can be written any more.
   */
  closeBehind(end: EpochEnd): Promise<Offset>
  /** Undoes everything. */
  discard(): void
}

export interface EpochEnd {
  readonly checkpoint: SourceCheckpoint
  readonly lsn: Lsn
  readonly receivedAt: number
  readonly kind: Epoch['kind']
  readonly backfills?: readonly BackfillState[]
}
