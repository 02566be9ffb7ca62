import type { DestinationTransaction } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
import type { EventPage, EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import type { Offset } from '../domain/offset.ts'
import { type AppliedBatch, type Batch, type BatchConsumer, keysLeftOut, parkedKeys } from './batch.ts'
import { settleWaiting, takeHeld, tryAgain } from './refused-rows.ts'
import type { WaitingEvents } from './waiting-events.ts'

const pageEvents = 4_000
const pageBytes = 4 * 1024 * 1024

/**
 * Moves all consumers from one state of the source to a later one, in one transaction of the destination. When a row
 * is refused, the whole is done again row by row. Events that were held before are tried in the same transaction.
 */
export async function applyBatch(batch: Batch): Promise<AppliedBatch> {
  try {
    return await inTransaction(batch, applyTogether)
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.policy !== 'dead-letter') throw error
    return inTransaction(batch, applyOneByOne)
  }
}

/** Whether there is anything to do on this page. */
export function concerns(store: EventStore, page: Omit<EventPage, 'limit' | 'maxBytes'>): boolean {
  return store.events({ ...page, limit: 1, maxBytes: 1 }).length > 0
}

type Write = (batch: Batch, transaction: DestinationTransaction, waiting: WaitingEvents) => Promise<Map<string, number>>

async function inTransaction(batch: Batch, write: Write): Promise<AppliedBatch> {
  const { store, session, consumers, from, to } = batch
  const transaction = await session.begin(
    consumers.map((consumer) => consumer.id),
    from,
  )
  try {
    const waiting: WaitingEvents = new Map()
    const applied = await write(batch, transaction, waiting)
    takeHeld(batch, waiting)
    const moved = [...applied.values()].some((count) => count > 0) || hasHeld(waiting)
    const { written, released, refusals } = await settleWaiting(batch, transaction, { waiting, applied, moved })
    await transaction.commit(to, released)
    for (const [consumer, offsets] of released) store.held.release(consumer, offsets)
    for (const [consumer, count] of written) applied.set(consumer, (applied.get(consumer) ?? 0) + count)
    for (const { id, limit } of consumers) {
      limit.committed(refusals.filter(({ consumer }) => consumer.id === id).length, applied.get(id) ?? 0)
    }
    return { applied, refusals }
  } catch (error) {
    await transaction.rollback().catch(() => {})
    throw error
  }
}

function hasHeld(waiting: WaitingEvents): boolean {
  return [...waiting.values()].some((events) => events.some((event) => event.heldAt !== undefined))
}

/** A part of a batch: these events of one consumer, before any of the next part. */
interface Part {
  readonly consumer: BatchConsumer
  readonly epochs: EventPage['epochs']
  readonly only: PageBatch['only']
}

/**
 * Consumer after consumer. Deletes that take other rows with them come last, in each epoch for itself: by then the rows
 * that stay have moved away from them. Not where a row may be deleted and come back within an epoch.
 */
function partsOf({ session, consumers, epochs }: Batch): readonly Part[] {
  const last = consumers.filter(({ id, everyVersion }) => session.deletesLast(id) && !everyVersion)
  if (last.length === 0) return consumers.map((consumer) => ({ consumer, epochs, only: undefined }))
  return epochs.flatMap((epoch) => [
    ...consumers.map((consumer): Part => {
      return { consumer, epochs: [epoch], only: last.includes(consumer) ? 'upserts' : undefined }
    }),
    ...last.map((consumer): Part => ({ consumer, epochs: [epoch], only: 'deletes' })),
  ])
}

async function applyTogether(batch: Batch, transaction: DestinationTransaction): Promise<Map<string, number>> {
  const applied = new Map<string, number>()
  for (const { consumer, ...part } of partsOf(batch)) {
    const { written } = await applyPages({ ...batch, ...part }, consumer, transaction, batch.from)
    applied.set(consumer.id, (applied.get(consumer.id) ?? 0) + written)
  }
  return applied
}

/** Writes a consumer's events of these epochs after an offset, page by page; the next one is read while the destination works. */
export async function applyPages(
  batch: PageBatch,
  consumer: BatchConsumer,
  transaction: DestinationTransaction,
  after: Offset,
): Promise<{ readonly written: number }> {
  let written = 0
  let page = nextPage(batch, consumer, after)
  while (page.last !== undefined) {
    const writing = page.events.length > 0 ? transaction.apply(consumer.id, page.events) : Promise.resolve()
    writing.catch(() => {})
    written += page.events.length
    page = nextPage(batch, consumer, page.last)
    await writing
  }
  return { written }
}

async function applyOneByOne(
  batch: Batch,
  transaction: DestinationTransaction,
  waiting: WaitingEvents,
): Promise<Map<string, number>> {
  const read = new Map(batch.consumers.map(({ id }) => [id, 0]))
  for (const { consumer, ...part } of partsOf(batch)) {
    // Rows that have to move away before may need what has come meanwhile.
    if (part.only === 'deletes') while (await tryAgain(batch, transaction, waiting));
    const mine = waiting.get(consumer.id) ?? []
    const refused = new Set(mine.map((event) => event.key))
    const pages = { ...batch, ...part }
    for (let page = nextPage(pages, consumer, batch.from); page.last !== undefined; ) {
      // Behind what is refused already, the later events of a key wait too.
      const free = page.events.filter((event) => !refused.has(event.key))
      const refusals = free.length === 0 ? [] : await transaction.applyOneByOne(consumer.id, free)
      const states = new Map(
        refusals.map(({ offset, waitsBehind, failure }) => [offset, waitsBehind ? undefined : failure.sqlstate]),
      )
      for (const { offset, key } of page.events) {
        if (!refused.has(key) && !states.has(offset)) continue
        mine.push({ offset, key, sqlstate: states.get(offset), heldAt: undefined })
      }
      for (const refusal of refusals) refused.add(refusal.key)
      read.set(consumer.id, (read.get(consumer.id) ?? 0) + page.events.length)
      page = nextPage(pages, consumer, page.last)
    }
    waiting.set(consumer.id, mine)
  }
  return new Map([...read].map(([id, count]) => [id, count - (waiting.get(id)?.length ?? 0)]))
}

interface PageBatch {
  readonly now: () => number
  readonly store: EventStore
  readonly epochs: EventPage['epochs']
  readonly asOf?: Offset
  readonly deletes?: boolean
  readonly only?: 'upserts' | 'deletes' | undefined
}

/** Without what is left out behind a dead letter, and what has to wait behind a held event or a dead letter, which is held too. */
function nextPage(
  { store, epochs, asOf, only, deletes = false, now }: PageBatch,
  consumer: BatchConsumer,
  after: Offset,
): { readonly events: readonly StoredEvent[]; readonly last: Offset | undefined } {
  const page = store.events({
    epochs,
    schemas: [consumer.schema],
    after,
    limit: pageEvents,
    maxBytes: pageBytes,
    ...(asOf === undefined ? {} : { asOf, deletes }),
  })
  const last = page.at(-1)?.offset
  const leftOut = keysLeftOut(store, consumer)
  const parked = parkedKeys(store, consumer)
  const wanted =
    only === undefined ? page : page.filter(({ operation }) => (operation === 'delete') === (only === 'deletes'))
  const open = leftOut.size === 0 ? wanted : wanted.filter((event) => !leftOut.has(event.key))
  if (store.held.count(consumer.id) + parked.size === 0) return { events: open, last }
  const held = store.held.keysAmong(
    consumer.id,
    open.map((event) => event.key),
  )
  const waits = ({ key }: StoredEvent): boolean => held.has(key) || parked.has(key)
  store.held.hold(
    consumer.id,
    open
      .filter(waits)
      .map(({ key, offset }) => ({ key, offset, sqlstate: undefined, constraint: undefined, at: now() })),
  )
  return { events: open.filter((event) => !waits(event)), last }
}
