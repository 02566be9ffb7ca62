import type { StoredEvent } from '../domain/event.ts'
import type { KeyEvent } from '../domain/event-store.ts'
import type { ReplayResult } from '../domain/replay.ts'
import { parkedKeys } from './batch.ts'
import type { Replayed, ReplayWork } from './replay-work.ts'
import { retryVersions } from './retry-versions.ts'
import { inParts, tryBytes } from './waiting-events.ts'

/** Keys of one transaction of the destination, where their rows are not too wide for that. */
const keysAtOnce = 250

/**
 * Applies the latest event of each key once more, each by itself, so that one that is refused changes nothing and keeps
 * no other from being written. What depended on another of them is tried again once that is there. A dead letter goes
 * after its key's latest event has been committed, and not before. Of a parked key all events that wait are applied.
 */
export async function replayKeys(work: ReplayWork, keys: readonly string[]): Promise<ReplayResult> {
  const { store, consumer } = work
  const parked = parkedKeys(store, consumer)
  const versions = await untilNothingMoves(
    keys.filter((key) => parked.has(key)),
    (some) => retryVersions(work, some),
  )
  const others = keys.filter((key) => !parked.has(key))
  // What is held is tried by itself, in order: a later event must not overtake it.
  const held = store.held.keysAmong(consumer.id, others)
  const latest = await untilNothingMoves(
    others.filter((key) => !held.has(key)),
    (some) => replayOnce(work, some),
  )
  return {
    applied: versions.applied + latest.applied,
    refused: versions.refused.length + latest.refused.length,
    waiting: held.size,
    reason: versions.reason ?? latest.reason,
  }
}

async function untilNothingMoves(
  keys: readonly string[],
  replay: (some: readonly string[]) => Promise<Replayed>,
): Promise<Replayed> {
  let left = keys
  let applied = 0
  for (;;) {
    const refused: string[] = []
    let reason: string | undefined
    for (let start = 0; start < left.length; start += keysAtOnce) {
      const result = await replay(left.slice(start, start + keysAtOnce))
      applied += result.applied
      refused.push(...result.refused)
      reason ??= result.reason
    }
    if (refused.length === 0 || refused.length === left.length) return { applied, refused, reason }
    left = refused
  }
}

async function replayOnce(work: ReplayWork, keys: readonly string[]): Promise<Replayed> {
  const refused: string[] = []
  let applied = 0
  let reason: string | undefined
  const last = latestOf(work, keys)
  const operations = new Map(last.map(({ offset, operation }) => [offset, operation]))
  await inParts(work.store, last, tryBytes, async (events) => {
    const result = await writeThem(
      work,
      events.map((event) => ({ ...event, operation: operations.get(event.offset) ?? event.operation })),
    )
    applied += result.applied
    refused.push(...result.refused)
    reason ??= result.reason
  })
  return { applied, refused, reason }
}

async function writeThem(work: ReplayWork, events: readonly StoredEvent[]): Promise<Replayed> {
  const { store, session, consumer, offset } = work
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
function latestOf({ store, consumer, offset }: ReplayWork, keys: readonly string[]): readonly KeyEvent[] {
  const latest = store.lastEvents(consumer.schema, keys, offset)
  const found = new Set(latest.map(({ key }) => key))
  const gone = store.deadLetters.ofKeys(
    consumer.id,
    keys.filter((key) => !found.has(key)),
  )
  return [
    ...gone.map((letter): KeyEvent => ({ offset: letter.offset, key: letter.key, operation: 'delete' })),
    ...latest,
  ]
}
