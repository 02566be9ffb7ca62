import type { Offset } from './offset.ts'
import type { DeadLetterSelection } from './replay.ts'

/** An event that a destination refused for its values, with the cause. Lives in the event store only: it holds row values. */
export interface DeadLetterEntry {
  readonly consumer: string
  readonly offset: Offset
  readonly schema: string
  readonly key: string
  readonly sqlstate: string
  readonly constraint: string | undefined
  /** The server's message. */
  readonly message: string
  /** The server's DETAIL: may hold row values. */
  readonly detail: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface DeadLetter extends DeadLetterEntry {
  readonly payload: string
  readonly operation: 'insert' | 'update' | 'delete'
  /** Events of its key that are held behind it, for a consumer of every version; 0 for others, which leave them out. */
  readonly waiting: number
}

/** Dead letters of one cause, which one repair may free together. */
export interface DeadLetterGroup {
  readonly consumer: string
  readonly sqlstate: string
  readonly constraint: string | undefined
  readonly count: number
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** Of the newest: the server's message, which may hold row values. */
  readonly message: string
}

/** A dead letter that a person gave up. */
export interface SkippedEvent extends DeadLetterEntry {
  readonly reason: string
  /** Milliseconds since 1970. */
  readonly skippedAt: number
}

/** Where dead letters are kept, in the event store. */
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
