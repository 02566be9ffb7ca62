import type { Offset } from './offset.ts'

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
