import type { BackfillState, SourceCheckpoint } from './checkpoint.ts'
import type { DeadLetter, DeadLetterEntry, DeadLetterGroup, SkippedEvent } from './dead-letter.ts'
import type { Epoch, StoredEvent } from './event.ts'
import type { Lsn } from './lsn.ts'
import type { Offset } from './offset.ts'
import type { DeadLetterSelection } from './replay.ts'
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

/** The definition of rows that are known from a former store only: every other one asks for another backfill. */
export const salvagedDefinition = 'salvaged'

export interface EpochEnd {
  readonly checkpoint: SourceCheckpoint
  readonly lsn: Lsn
  readonly receivedAt: number
  readonly kind: Epoch['kind']
  readonly backfills?: readonly BackfillState[]
}

/** What is remembered of each source. */
export interface SourceBook {
  read(source: string): SourceCheckpoint | undefined
  save(checkpoint: SourceCheckpoint): void
  backfill(schema: string): BackfillState | undefined
  backfills(source: string): readonly BackfillState[]
  saveBackfill(state: BackfillState): void
  /**
   * From where on the log has every change of a public schema: where the last copy of its rows was done, since changes
   * may have passed before it without being seen. `undefined` while they are copied, and before the first time.
   */
  followedFrom(schema: string): Offset | undefined
  /** Forgets what every source key of a public schema gave: with another definition they are other keys. No epoch of its source is open. */
  forgetLineage(schema: string): void
  /** How far a source has been read; its backfills stay. */
  forget(source: string): void
}

/** What is remembered of each consumer. Its true offset lives in the destination; this copy is for showing. */
export interface ConsumerBook {
  read(consumer: string): ConsumerRecord | undefined
  save(record: ConsumerRecord): void
}

export interface ConsumerRecord {
  readonly consumer: string
  readonly offset: Offset
  readonly paused: boolean
  /** It began anew with the state at this offset, and follows from there; `undefined`: with the first event. */
  readonly copyTo?: Offset
  /** Its destination was written from a store that is gone: it began anew here, deletes included. */
  readonly takeOver?: boolean
  /** It begins behind a position, with what has changed since, deletes included. */
  readonly position?: BeginPosition
}

/** What a position was found to be when it was first looked at: asked again later, a time might be another place. */
export interface BeginPosition {
  /** As it is declared, to know whether it still is. */
  readonly declared: string
  readonly offset: Offset
}

export interface DeadLetterBook {
  /** Written before the destination's transaction commits: after a crash it is found again, never lost. Replaces the entry of the same consumer and offset. */
  add(entry: DeadLetterEntry): void
  /** Keys of one consumer that wait behind a dead letter; behind one of this schema only. The same set until a dead letter comes or goes. */
  blockedKeys(consumer: string, schema?: string): ReadonlySet<string>
  count(consumer: string): number
  list(consumer: string | undefined, limit: number): readonly DeadLetter[]
  /** By consumer, SQLSTATE and constraint, the largest first. */
  groups(consumer: string | undefined): readonly DeadLetterGroup[]
  /** Of a consumer, the oldest first, from after an offset; at most `limit`. */
  select(consumer: string, selection: DeadLetterSelection, after: Offset, limit: number): readonly DeadLetterEntry[]
  /** Those of these keys. */
  ofKeys(consumer: string, keys: readonly string[]): readonly DeadLetterEntry[]
  remove(consumer: string, offset: Offset): void
  removeKeys(consumer: string, keys: readonly string[]): void
  /** Gives these up, for a reason that is kept: their keys' later events go on. */
  skip(consumer: string, offsets: readonly Offset[], reason: string, at: number): void
  /** What was given up, the newest first. */
  skipped(consumer: string | undefined, limit: number): readonly SkippedEvent[]
}

/**
 * Events that wait at their destination: for something else to arrive there, as a row that a foreign key or a unique value
 * refused while not everybody was equally far, or behind a dead letter, where none may be left out; and the later events
 * of their keys. A destination says in the transaction itself which of them it has written; so each takes effect once.
 */
export interface HeldBook {
  /** Written before the destination's transaction commits. What is there of the same consumer and offset stays as it is. */
  hold(consumer: string, events: readonly EventToHold[]): void
  count(consumer: string): number
  /** Whether anything is held of other keys than these. */
  holdsBeside(consumer: string, keys: ReadonlySet<string>): boolean
  /** Of these keys, those of which something is held. */
  keysAmong(consumer: string, keys: readonly string[]): ReadonlySet<string>
  /** The next events of a stretch, by key and within it by offset; at most `limit`. */
  walk(consumer: string, stretch: HeldStretch, limit: number): readonly HeldEvent[]
  /** The next events of one key up to an offset, from after another one. */
  ofKey(consumer: string, key: string, after: Offset, to: Offset, limit: number): readonly HeldEvent[]
  /** They are written, or given up. */
  release(consumer: string, offsets: readonly Offset[]): void
}

export interface HeldStretch {
  /** Where it begins, this place left out; with the first key when absent. */
  readonly after?: { readonly key: string; readonly offset: number } | undefined
  /** Only events up to here. */
  readonly to: Offset
  /** Of these keys nothing. */
  readonly beside?: ReadonlySet<string>
}

export interface EventToHold {
  readonly offset: Offset
  readonly key: string
  /** `undefined`: it was not tried, because an earlier event of its key is held. */
  readonly sqlstate: string | undefined
  readonly constraint: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface HeldEvent {
  readonly key: string
  readonly offset: Offset
  readonly sqlstate: string | undefined
  /** Milliseconds since 1970. */
  readonly heldAt: number
}
