import type { DestinationSession } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import type { ReplayResult } from '../domain/replay.ts'
import type { BatchConsumer } from './batch.ts'

/** Keys of one transaction of the destination. */
const keysAtOnce = 250

export interface ReplayWork {
  readonly store: EventStore
  readonly session: DestinationSession
  readonly consumer: Pick<BatchConsumer, 'id' | 'schema'>
  /** Where the consumer is; later events come to it by themselves. */
  readonly offset: Offset
  /** Applied events, as they are. */
  readonly onApplied: (events: number) => void
}

/**
 * Applies the latest event of each key once more, each by itself, so that one that is refused changes nothing and keeps
 * no other from being written. What depended on another of them is tried again once that is there. A dead letter goes
 * after its key's latest event has been committed, and not before.
 */
export async function replayKeys(work: ReplayWork, keys: readonly string[]): Promise<ReplayResult> {
  // What is held is tried by itself, in order: a later event must not overtake it.
  const held = work.store.held.keysAmong(work.consumer.id, keys)
  let left = keys.filter((key) => !held.has(key))
  let reason: string | undefined
  let applied = 0
  for (;;) {
    const refused: string[] = []
    reason = undefined
    for (let start = 0; start < left.length; start += keysAtOnce) {
      const result = await replayOnce(work, left.slice(start, start + keysAtOnce))
      applied += result.applied
      refused.push(...result.refused)
      reason ??= result.reason
    }
    if (refused.length === 0 || refused.length === left.length) {
      return { applied, refused: refused.length, waiting: held.size, reason }
    }
    left = refused
  }
}

interface Replayed {
  readonly applied: number
  readonly refused: readonly string[]
  readonly reason: string | undefined
}

async function replayOnce(work: ReplayWork, keys: readonly string[]): Promise<Replayed> {
  const { store, session, consumer, offset } = work
  const events = latestOf(work, keys)
  if (events.length === 0) return { applied: 0, refused: [], reason: undefined }
  const transaction = await session.begin([consumer.id], offset)
  try {
    const refusals = await transaction.applyOneByOne(consumer.id, events)
    await transaction.commit(offset)
    const refused = new Set(refusals.map(({ key }) => key))
    const written = events.filter(({ key }) => !refused.has(key)).map(({ key }) => key)
    store.deadLetters.removeKeys(consumer.id, written)
    work.onApplied(written.length)
    return { applied: written.length, refused: [...refused], reason: refusals[0]?.failure.message }
  } catch (error) {
    await transaction.rollback().catch(() => {})
    throw error
  }
}

/** A key of a dead letter of which the log has nothing any more was deleted, and everybody else has applied that. */
function latestOf({ store, consumer, offset }: ReplayWork, keys: readonly string[]): readonly StoredEvent[] {
  const latest = store.lastEvents(consumer.schema, keys, offset)
  const found = new Set(latest.map(({ key }) => key))
  const gone = store.deadLetters
    .ofKeys(
      consumer.id,
      keys.filter((key) => !found.has(key)),
    )
    .map(
      ({ offset: at, schema, key, payload }): StoredEvent => ({
        offset: at,
        schema,
        operation: 'delete',
        key,
        payload,
      }),
    )
  return [...gone, ...latest]
}
