import type { DestinationTransaction, Refusal } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import type { Batch } from './batch.ts'

/** Events tried in one call, and held ones taken along by a batch that has other things to do. */
export const tryEvents = 1_000

/** An event that is not written yet; its payload stays in the store. */
export interface WaitingEvent {
  readonly offset: Offset
  readonly key: string
  /** What refused it; `undefined`: it was not tried, an earlier event of its key was refused. */
  readonly sqlstate: string | undefined
  /** It was held before this batch, since then; ms since 1970. */
  readonly heldAt: number | undefined
}

/** By consumer; the events of a key in order. */
export type WaitingEvents = Map<string, WaitingEvent[]>

/** More rows than these in one cycle are left to what the rounds can do. */
export const cycleEvents = 10_000

/** Another row has the value. */
export function isTaken(sqlstate: string | undefined): boolean {
  return sqlstate === '23505' || sqlstate === '23P01'
}

/** Nobody is left to wait for. */
export function isForGood({ settled, patienceMs, now }: Batch, { heldAt }: WaitingEvent): boolean {
  if (!settled) return false
  return patienceMs === 0 || (heldAt !== undefined && now() - heldAt >= patienceMs)
}

/** UTF-16 units of the rows that are tried in one call. */
export const tryBytes = 4 * 1024 * 1024

/** UTF-16 units of the rows that are written as one change; those of a longer cycle are left to what the rounds can do. */
const cycleBytes = 16 * 1024 * 1024

/** Gives events to `apply` in their order, no more at once than may be in memory: at least one, however wide it is. */
export async function inParts<Event extends { readonly offset: Offset }>(
  store: EventStore,
  waiting: readonly Event[],
  maxBytes: number,
  apply: (events: readonly StoredEvent[], part: readonly Event[]) => Promise<void>,
): Promise<void> {
  let left = waiting
  while (left.length > 0) {
    const events = store.eventsAt(
      left.map(({ offset }) => offset),
      maxBytes,
    )
    const last = events.at(-1)?.offset
    const count = last === undefined ? left.length : left.findIndex(({ offset }) => offset === last) + 1
    const part = left.slice(0, count)
    left = left.slice(count)
    await apply(events, part)
  }
}

/**
 * Gives events to `apply` page by page, but none behind a refused one of its key. Says of each event that was not
 * written, with the refusal where it was tried.
 */
export async function inPages(
  { store }: Batch,
  waiting: readonly WaitingEvent[],
  refused: (event: WaitingEvent, refusal: Refusal | undefined) => unknown,
  apply: (events: readonly StoredEvent[]) => Promise<readonly Refusal[]>,
): Promise<void> {
  const stuck = new Set<string>()
  const tryThem = async (events: readonly StoredEvent[], part: readonly WaitingEvent[]): Promise<void> => {
    const refusals = new Map<Offset, Refusal>()
    const free = events.filter(({ key }) => !stuck.has(key))
    for (const refusal of free.length === 0 ? [] : await apply(free)) refusals.set(refusal.offset, refusal)
    for (const event of part) {
      const refusal = refusals.get(event.offset)
      if (refusal === undefined && !stuck.has(event.key)) continue
      stuck.add(event.key)
      refused(event, refusal?.waitsBehind ? undefined : refusal)
    }
  }
  for (let start = 0; start < waiting.length; start += tryEvents) {
    await inParts(store, waiting.slice(start, start + tryEvents), tryBytes, tryThem)
  }
}

/** Writes upserts that stand in each other's way; returns those that are written. */
export async function replaceInParts(
  { store }: Batch,
  transaction: DestinationTransaction,
  consumer: string,
  waiting: readonly WaitingEvent[],
): Promise<ReadonlySet<Offset>> {
  const written = new Set<Offset>()
  await inParts(store, waiting, cycleBytes, async (events) => {
    const upserts = events.filter(({ operation }) => operation !== 'delete')
    for (const offset of await transaction.replaceTogether(consumer, upserts)) written.add(offset)
  })
  return written
}
