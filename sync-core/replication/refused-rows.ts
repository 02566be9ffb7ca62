import type { DestinationTransaction, Refusal } from '../domain/destination.ts'
import type { EventToHold } from '../domain/held-event.ts'
import type { Offset } from '../domain/offset.ts'
import { type Batch, type BatchConsumer, keysLeftOut, parkedKeys } from './batch.ts'
import { skipSuperseded } from './superseded-rows.ts'
import {
  cycleEvents,
  inPages,
  isForGood,
  isTaken,
  replaceInParts,
  tryEvents,
  type WaitingEvent,
  type WaitingEvents,
} from './waiting-events.ts'
import { writeDeadLetter } from './write-dead-letter.ts'

export interface Unsettled {
  readonly waiting: WaitingEvents
  /** Events written in this transaction, by consumer. */
  readonly applied: ReadonlyMap<string, number>
  /** Whether anything was written since they were refused, or they were held. */
  readonly moved: boolean
}

export interface SettledEvents {
  /** Events written after all, by consumer. */
  readonly written: ReadonlyMap<string, number>
  /** Held before and not any more, by consumer. */
  readonly released: ReadonlyMap<string, readonly Offset[]>
  /** They became dead letters. */
  readonly refusals: readonly { readonly consumer: BatchConsumer; readonly refusal: Refusal }[]
}

/**
 * Adds what was held before, up to the batch's end: everything when it is to be decided now, else the next few, so
 * that a parent who is away for a day does not make each transaction try all its children. What is held behind a dead
 * letter waits for a person.
 */
export function takeHeld(batch: Batch, waiting: WaitingEvents): void {
  const { store, to, settled, heldAfter } = batch
  for (const consumer of batch.consumers) {
    const { id } = consumer
    const beside = parkedKeys(store, consumer)
    if (!store.held.holdsBeside(id, beside)) continue
    const mine = waiting.get(id) ?? []
    const leftOut = keysLeftOut(store, consumer)
    const taken: WaitingEvent[] = []
    const lastKey = settled ? undefined : heldAfter.get(id)
    let after = lastKey === undefined ? undefined : { key: lastKey, offset: Number.MAX_SAFE_INTEGER }
    for (;;) {
      const events = store.held.walk(id, { after, to, beside }, tryEvents)
      taken.push(...events.filter((event) => !leftOut.has(event.key)))
      // A crash came between the dead letter and its release.
      const dead = events.filter((event) => leftOut.has(event.key))
      store.held.release(
        id,
        dead.map((event) => event.offset),
      )
      after = events.length < tryEvents ? undefined : events.at(-1)
      if (!settled || after === undefined) break
    }
    if (after === undefined) heldAfter.delete(id)
    else heldAfter.set(id, after.key)
    waiting.set(id, [...taken, ...mine])
  }
}

/**
 * Tries waiting events again until nothing moves, since a row may need another that came later, of this consumer or of
 * another one. What is left then is held where it may only be early, and else becomes a dead letter. Both are written
 * down before the destination commits: after a crash they are found again.
 */
export async function settleWaiting(
  batch: Batch,
  transaction: DestinationTransaction,
  { waiting, applied, moved }: Unsettled,
): Promise<SettledEvents> {
  const before = new Map(waiting)
  const dropped = new Set<Offset>()
  for (let round = 0, again = moved; ; round++) {
    if (again) again = await tryAgain(batch, transaction, waiting)
    // The first two rounds go through a shift of many rows in both directions; through a cycle none does.
    if (!again || round > 1) again = (await replaceCycles(batch, transaction, waiting)) || again
    if (!again) again = await skipSuperseded(batch, transaction, waiting, dropped)
    if (!again) break
  }
  const refusals: { consumer: BatchConsumer; refusal: Refusal }[] = []
  for (const consumer of batch.consumers) {
    const mine = waiting.get(consumer.id) ?? []
    // What was held before stays so until everybody has arrived.
    const judged = batch.settled ? mine : mine.filter((event) => event.heldAt === undefined)
    if (judged.length === 0) continue
    const verdict = await judge(batch, transaction, consumer, { judged, written: applied.get(consumer.id) ?? 0 })
    waiting.set(consumer.id, [...mine.filter((event) => !judged.includes(event)), ...verdict.left])
    for (const offset of verdict.dropped) dropped.add(offset)
    refusals.push(...verdict.refusals.map((refusal) => ({ consumer, refusal })))
  }
  return { ...compare(before, waiting, dropped), refusals }
}

function compare(
  before: WaitingEvents,
  after: WaitingEvents,
  dropped: ReadonlySet<Offset>,
): Omit<SettledEvents, 'refusals'> {
  const written = new Map<string, number>()
  const released = new Map<string, Offset[]>()
  for (const [id, events] of before) {
    const left = new Set((after.get(id) ?? []).map((event) => event.offset))
    const gone = events.filter((event) => !left.has(event.offset))
    written.set(id, gone.filter((event) => !dropped.has(event.offset)).length)
    const heldBefore = gone.filter((event) => event.heldAt !== undefined)
    if (heldBefore.length > 0)
      released.set(
        id,
        heldBefore.map((event) => event.offset),
      )
  }
  return { written, released }
}

/** One round, in the other direction than the one before. Returns whether something moved and something is left. */
export async function tryAgain(
  batch: Batch,
  transaction: DestinationTransaction,
  waiting: WaitingEvents,
): Promise<boolean> {
  let moved = false
  let left = 0
  for (const { id } of batch.consumers) {
    const mine = waiting.get(id) ?? []
    const stay: WaitingEvent[] = []
    await inPages(
      batch,
      keysBackwards(mine),
      (event, refusal) => stay.push({ ...event, sqlstate: refusal?.failure.sqlstate }),
      (events) => transaction.applyOneByOne(id, events),
    )
    waiting.set(id, stay)
    left += stay.length
    if (stay.length < mine.length) moved = true
  }
  return moved && left > 0
}

/** The last key first; the events of a key stay in order. */
function keysBackwards(events: readonly WaitingEvent[]): readonly WaitingEvent[] {
  const byKey = Map.groupBy(events, (event) => event.key)
  return [...byKey.values()].reverse().flat()
}

/** Rows that wait for each other's unique values. Returns whether something moved and something is left. */
async function replaceCycles(
  batch: Batch,
  transaction: DestinationTransaction,
  waiting: WaitingEvents,
): Promise<boolean> {
  let moved = false
  let left = 0
  for (const { id } of batch.consumers) {
    const mine = waiting.get(id) ?? []
    const candidates = mine.filter((event) => isTaken(event.sqlstate))
    if (candidates.length > 1 && candidates.length <= cycleEvents) {
      const written = await replaceInParts(batch, transaction, id, candidates)
      waiting.set(
        id,
        mine.filter((event) => !written.has(event.offset)),
      )
      if (written.size > 0) moved = true
    }
    left += waiting.get(id)?.length ?? 0
  }
  return moved && left > 0
}

interface Verdict {
  /** Held. */
  readonly left: readonly WaitingEvent[]
  /** Dead letters and what is left out behind them. */
  readonly dropped: readonly Offset[]
  readonly refusals: readonly Refusal[]
}

async function judge(
  batch: Batch,
  transaction: DestinationTransaction,
  consumer: BatchConsumer,
  { judged, written }: { readonly judged: readonly WaitingEvent[]; readonly written: number },
): Promise<Verdict> {
  const { store, now } = batch
  const left: WaitingEvent[] = []
  const refusals: Refusal[] = []
  const toHold: EventToHold[] = []
  const dropped: Offset[] = []
  const dead = new Set<string>()
  const hold = (event: WaitingEvent, refusal: Refusal | undefined): void => {
    left.push(event)
    if (event.heldAt !== undefined) return
    const { key, offset } = event
    toHold.push({ key, offset, sqlstate: refusal?.failure.sqlstate, constraint: refusal?.constraint, at: now() })
  }
  // A retry takes the latest event of the key, and nothing else has to be kept; or it takes all that wait, in order.
  const setAside = (event: WaitingEvent, refusal: Refusal | undefined): void => {
    if (consumer.everyVersion) hold(event, refusal)
    else dropped.push(event.offset)
  }
  await inPages(
    batch,
    judged,
    (event, refusal) => {
      if (dead.has(event.key)) return setAside(event, refusal)
      if (refusal === undefined || (mayBeEarly(refusal) && !isForGood(batch, event))) return hold(event, refusal)
      dead.add(event.key)
      refusals.push(refusal)
      setAside(event, refusal)
    },
    (events) => transaction.applyOneByOne(consumer.id, events),
  )
  consumer.limit.admit(refusals, written)
  for (const refusal of refusals) writeDeadLetter(batch, consumer, refusal)
  store.held.hold(consumer.id, toHold)
  return { left, dropped, refusals }
}

/**
 * Foreign keys (on delete restrict too), unique and exclusion constraints: the row itself may be right and only meet
 * others that are further, or not yet there. Any other constraint looks at the row alone.
 */
function mayBeEarly({ failure }: Refusal): boolean {
  return ['23503', '23001', '23505', '23P01'].includes(failure.sqlstate ?? '')
}
