import type { DestinationSession, DestinationTransaction, EventToApply, Refusal } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
import type { EventPage, EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import type { Offset } from '../domain/offset.ts'

const pageEvents = 4_000
const pageBytes = 4 * 1024 * 1024

export interface BatchConsumer {
  readonly id: string
  /** Public schema id. */
  readonly schema: string
}

export interface Batch {
  readonly store: EventStore
  readonly session: DestinationSession
  /** In name order. */
  readonly consumers: readonly BatchConsumer[]
  readonly epochs: EventPage['epochs']
  /** Instead of what happened in them, the rows of the state at this offset. */
  readonly asOf?: Offset
  readonly from: Offset
  readonly to: Offset
  /** ms since 1970. */
  readonly now: () => number
}

export interface AppliedBatch {
  /** Events written, by consumer. */
  readonly applied: ReadonlyMap<string, number>
  readonly refusals: readonly { readonly consumer: BatchConsumer; readonly refusal: Refusal }[]
}

/**
 * Moves all consumers from one state of the source to a later one, in one transaction of the destination. When a row
 * is refused, the whole is done again row by row, and what is still refused becomes dead letters: written down
 * before the destination commits, so that a crash between the two finds them again.
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

async function inTransaction(
  batch: Batch,
  write: (batch: Batch, transaction: DestinationTransaction) => Promise<AppliedBatch>,
): Promise<AppliedBatch> {
  const { session, consumers, from, to } = batch
  const transaction = await session.begin(
    consumers.map((consumer) => consumer.id),
    from,
  )
  try {
    const applied = await write(batch, transaction)
    await transaction.commit(to)
    return applied
  } catch (error) {
    await transaction.rollback().catch(() => {})
    throw error
  }
}

async function applyTogether(batch: Batch, transaction: DestinationTransaction): Promise<AppliedBatch> {
  const applied = new Map<string, number>()
  for (const consumer of batch.consumers) {
    const { written } = await applyPages(batch, consumer, transaction, batch.from)
    applied.set(consumer.id, written)
  }
  return { applied, refusals: [] }
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

async function applyOneByOne(batch: Batch, transaction: DestinationTransaction): Promise<AppliedBatch> {
  const applied = new Map<string, number>()
  let refused: RefusedEvents[] = []
  for (const consumer of batch.consumers) {
    const mine: RefusedEvents = { consumer, events: [], refusals: [] }
    let written = 0
    for (let page = nextPage(batch, consumer, batch.from); page.last !== undefined; ) {
      // Behind what this page's predecessors left, the later events of a key wait too.
      const keys = new Set(mine.events.map((event) => event.key))
      const free = page.events.filter((event) => !keys.has(event.key))
      const refusals = await transaction.applyOneByOne(consumer.id, free)
      const offsets = new Set(refusals.map((refusal) => refusal.offset))
      mine.events.push(...page.events.filter((event) => keys.has(event.key) || offsets.has(event.offset)))
      mine.refusals.push(...refusals)
      written += page.events.length
      page = nextPage(batch, consumer, page.last)
    }
    applied.set(consumer.id, written - mine.events.length)
    if (mine.events.length > 0) refused.push(mine)
  }
  // A row may need another that came later, of this consumer or of another one.
  for (let moved = true; moved && refused.length > 0; ) {
    moved = false
    const still: RefusedEvents[] = []
    for (const { consumer, events } of refused) {
      const refusals = await transaction.applyOneByOne(consumer.id, events)
      const offsets = new Set(refusals.map((refusal) => refusal.offset))
      const left = events.filter((event) => offsets.has(event.offset))
      applied.set(consumer.id, (applied.get(consumer.id) ?? 0) + events.length - left.length)
      if (left.length < events.length) moved = true
      if (left.length > 0) still.push({ consumer, events: left, refusals: [...refusals] })
    }
    refused = still
  }
  const refusals = refused.flatMap(({ consumer, refusals: all }) =>
    all.filter((refusal) => !refusal.waitsBehind).map((refusal) => ({ consumer, refusal })),
  )
  for (const { consumer, refusal } of refusals) writeDeadLetter(batch, consumer, refusal)
  return { applied, refusals }
}

interface RefusedEvents {
  readonly consumer: BatchConsumer
  readonly events: EventToApply[]
  readonly refusals: Refusal[]
}

interface PageBatch {
  readonly store: EventStore
  readonly epochs: EventPage['epochs']
  readonly asOf?: Offset
}

function nextPage(
  { store, epochs, asOf }: PageBatch,
  consumer: BatchConsumer,
  after: Offset,
): { readonly events: readonly StoredEvent[]; readonly last: Offset | undefined } {
  const page = store.events({
    epochs,
    schemas: [consumer.schema],
    after,
    limit: pageEvents,
    maxBytes: pageBytes,
    ...(asOf === undefined ? {} : { asOf }),
  })
  const blocked = store.deadLetters.blockedKeys(consumer.id)
  return {
    events: blocked.size === 0 ? page : page.filter((event) => !blocked.has(event.key)),
    last: page.at(-1)?.offset,
  }
}

function writeDeadLetter({ store, now }: Batch, consumer: BatchConsumer, refusal: Refusal): void {
  store.deadLetters.add({
    consumer: consumer.id,
    offset: refusal.offset,
    schema: consumer.schema,
    key: refusal.key,
    sqlstate: refusal.failure.sqlstate ?? '',
    constraint: refusal.constraint,
    message: refusal.serverMessage,
    detail: refusal.detail,
    at: now(),
  })
}
