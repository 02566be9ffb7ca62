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

/** Keys whose events are left out behind a dead letter: its retry takes the key's latest event. */
export function keysLeftOut({ deadLetters }: EventStore, { id, everyVersion }: KeyOwner): ReadonlySet<string> {
  return everyVersion ? none : deadLetters.blockedKeys(id)
}

/**
 * Keys that are parked: their events are held behind a dead letter, none of them left out. Not behind one from before the
 * consumer took every version: that is of other events.
 */
export function parkedKeys({ deadLetters }: EventStore, { id, schema, everyVersion }: KeyOwner): ReadonlySet<string> {
  return everyVersion ? deadLetters.blockedKeys(id, schema) : none
}

type KeyOwner = Pick<BatchConsumer, 'id' | 'schema' | 'everyVersion'>

const none: ReadonlySet<string> = new Set()
