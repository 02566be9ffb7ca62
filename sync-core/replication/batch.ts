import type { DestinationSession, Refusal } from '../domain/destination.ts'
import type { EventPage, EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import type { RefusalLimit } from './refusal-limit.ts'

export interface BatchConsumer {
  readonly id: string
  /** Public schema id. */
  readonly schema: string
  readonly limit: RefusalLimit
  /** None of a key's events may be left out for a later one, and their order is theirs. */
  readonly everyVersion: boolean
}

export interface Batch {
  readonly store: EventStore
  readonly session: DestinationSession
  /** In name order. */
  readonly consumers: readonly BatchConsumer[]
  readonly epochs: EventPage['epochs']
  /** Instead of what happened in them, the rows of the state at this offset. */
  readonly asOf?: Offset
  /** Its deletes too. */
  readonly deletes?: boolean
  readonly from: Offset
  readonly to: Offset
  /** ms since 1970. */
  readonly now: () => number
  /** Everybody who writes into this destination is as far as the source: what is refused now is not early. */
  readonly settled: boolean
  /** How long a row is held all the same, where several sources write into one destination; 0 for one. */
  readonly patienceMs: number
  /** Keys up to which held events were tried, by consumer; kept between batches. */
  readonly heldAfter: Map<string, string>
}

export interface AppliedBatch {
  /** Events written, by consumer. */
  readonly applied: ReadonlyMap<string, number>
  readonly refusals: readonly { readonly consumer: BatchConsumer; readonly refusal: Refusal }[]
}

/**
 * Keys that wait behind a dead letter. Who takes every version makes none; one from before it did was of other events,
 * and leaves nothing out.
 */
export function blockedKeys({ deadLetters }: EventStore, { id, everyVersion }: BatchConsumer): ReadonlySet<string> {
  return everyVersion ? new Set() : deadLetters.blockedKeys(id)
}
