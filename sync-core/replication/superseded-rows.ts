import type { DestinationTransaction } from '../domain/destination.ts'
import type { Offset } from '../domain/offset.ts'
import type { Batch } from './batch.ts'
import {
  cycleEvents,
  inPages,
  isForGood,
  isTaken,
  replaceInParts,
  type WaitingEvent,
  type WaitingEvents,
} from './waiting-events.ts'

/**
 * Of a key whose events cannot be written one after the other any more, only the last. What the others say was right at
 * a time that this destination does not see again: a parent that has gone since, a row that others refer to by now. A
 * dead letter's retry would do the same, and its key would have stood still until then. Returns whether something moved
 * and something is left.
 */
export async function skipSuperseded(
  batch: Batch,
  transaction: DestinationTransaction,
  waiting: WaitingEvents,
  dropped: Set<Offset>,
): Promise<boolean> {
  if (!batch.settled) return false
  let moved = false
  let left = 0
  for (const { id, everyVersion } of batch.consumers) {
    if (everyVersion) continue
    const mine = waiting.get(id) ?? []
    const written = await writeNewest(batch, transaction, id, newestOf(batch, mine))
    for (const event of mine) {
      const offset = written.get(event.key)
      if (offset !== undefined && offset !== event.offset) dropped.add(event.offset)
    }
    const stay = mine.filter((event) => !written.has(event.key))
    waiting.set(id, stay)
    left += stay.length
    if (stay.length < mine.length) moved = true
  }
  return moved && left > 0
}

interface NewestEvent extends WaitingEvent {
  /** Others of its key wait before it. */
  readonly supersedes: boolean
}

/** The last event of each key that can wait no longer. */
function newestOf(batch: Batch, waiting: readonly WaitingEvent[]): readonly NewestEvent[] {
  return [...Map.groupBy(waiting, (event) => event.key).values()].flatMap((events) => {
    const [first] = events
    const newest = events.at(-1)
    if (first === undefined || newest === undefined || !isForGood(batch, first)) return []
    return [{ ...newest, supersedes: newest !== first }]
  })
}

/**
 * Each for itself, and then together those that unique values refuse: the former events of their keys stood at different
 * times, at which no cycle could be seen. Returns the offsets that were written, by key.
 */
async function writeNewest(
  batch: Batch,
  transaction: DestinationTransaction,
  consumer: string,
  newest: readonly NewestEvent[],
): Promise<ReadonlyMap<string, Offset>> {
  const refused = new Map<Offset, string | undefined>()
  const superseding = newest.filter(({ supersedes }) => supersedes)
  await inPages(
    batch,
    superseding,
    (event, refusal) => refused.set(event.offset, refusal?.failure.sqlstate),
    (events) => transaction.applyOneByOne(consumer, events),
  )
  const written = new Set(superseding.map(({ offset }) => offset).filter((offset) => !refused.has(offset)))
  // Single ones were tried before, and `sqlstate` is what became of them.
  const rest = newest.filter(({ offset, sqlstate }) => !written.has(offset) && isTaken(refused.get(offset) ?? sqlstate))
  if (refused.size > 0 && rest.length > 1 && rest.length <= cycleEvents) {
    for (const offset of await replaceInParts(batch, transaction, consumer, rest)) written.add(offset)
  }
  return new Map(newest.filter(({ offset }) => written.has(offset)).map(({ key, offset }) => [key, offset]))
}
