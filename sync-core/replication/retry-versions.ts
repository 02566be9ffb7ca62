import type { Refusal } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
import type { HeldEvent } from '../domain/held-event.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { Replayed, ReplayWork } from './replay-work.ts'
import { inParts, tryBytes, tryEvents } from './waiting-events.ts'
import { writeDeadLetter } from './write-dead-letter.ts'

/**
 * Applies, of keys that are parked, the version that was refused and then all that wait behind it, in their order. Each
 * takes effect once, also when this is cut off anywhere: they are held, and a destination says in its own transaction
 * which of them it has written.
 *
 * A key's dead letter goes once all of them are written, so that until then nothing overtakes them. Where a later one is
 * refused, the dead letter is that one's from then on; where the first one is, nothing has changed.
 */
export async function retryVersions(work: ReplayWork, keys: readonly string[]): Promise<Replayed> {
  const { store, consumer } = work
  const stuck = new Map<string, Refusal>()
  const moved = new Set<string>()
  for (const page of pagesOf(work, keys, stuck)) {
    await inParts(store, page, tryBytes, async (events) => {
      const { refusals, written } = await writeThem(
        work,
        events.filter(({ key }) => !stuck.has(key)),
      )
      for (const { key } of written) moved.add(key)
      for (const refusal of refusals) if (!refusal.waitsBehind) stuck.set(refusal.key, refusal)
    })
  }
  const free = keys.filter((key) => !stuck.has(key))
  store.deadLetters.removeKeys(consumer.id, free)
  for (const refusal of stuck.values()) if (moved.has(refusal.key)) moveDeadLetter(work, refusal)
  const [first] = stuck.values()
  return {
    applied: free.filter((key) => moved.has(key)).length,
    refused: [...stuck.keys()],
    reason: first?.failure.message,
  }
}

/** What is held of these keys up to where the consumer is, key by key; nothing more of one that has become stuck meanwhile. */
function* pagesOf(
  { store, consumer, offset: to }: ReplayWork,
  keys: readonly string[],
  stuck: ReadonlyMap<string, unknown>,
): Iterable<readonly HeldEvent[]> {
  let page: HeldEvent[] = []
  for (const key of keys) {
    let after: Offset | undefined = zeroOffset
    while (after !== undefined && !stuck.has(key)) {
      page.push(...store.held.ofKey(consumer.id, key, after, to, tryEvents - page.length))
      after = page.length === tryEvents ? page.at(-1)?.offset : undefined
      if (after === undefined) continue
      yield page
      page = []
    }
  }
  if (page.length > 0) yield page
}

interface Written {
  readonly refusals: readonly Refusal[]
  readonly written: readonly StoredEvent[]
}

async function writeThem(work: ReplayWork, events: readonly StoredEvent[]): Promise<Written> {
  const { store, session, consumer, offset: place } = work
  if (events.length === 0) return { refusals: [], written: [] }
  const transaction = await session.begin([consumer.id], place)
  try {
    const refusals = await transaction.applyOneByOne(consumer.id, events)
    const refused = new Set(refusals.map(({ offset }) => offset))
    const written = events.filter(({ offset }) => !refused.has(offset))
    const offsets = written.map(({ offset }) => offset)
    await transaction.commit(place, new Map([[consumer.id, offsets]]))
    store.held.release(consumer.id, offsets)
    work.onApplied(written.length)
    return { refusals, written }
  } catch (error) {
    await transaction.rollback().catch(() => {})
    throw error
  }
}

/** From the version that was refused before to the one that is now. */
function moveDeadLetter(work: ReplayWork, refusal: Refusal): void {
  const { store, consumer } = work
  const former = store.deadLetters.ofKeys(consumer.id, [refusal.key])
  writeDeadLetter(work, consumer, refusal)
  for (const { offset, schema } of former) {
    if (schema === consumer.schema && offset !== refusal.offset) store.deadLetters.remove(consumer.id, offset)
  }
}
