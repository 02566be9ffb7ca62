import type { Refusal } from '../domain/destination.ts'
import type { StoredEvent } from '../domain/event.ts'
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

export function isUpsert({ operation }: StoredEvent): boolean {
  return operation !== 'delete'
}

/** Nobody is left to wait for. */
export function isForGood({ settled, patienceMs, now }: Batch, { heldAt }: WaitingEvent): boolean {
  if (!settled) return false
  return patienceMs === 0 || (heldAt !== undefined && now() - heldAt >= patienceMs)
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
  for (let start = 0; start < waiting.length; start += tryEvents) {
    const page = waiting.slice(start, start + tryEvents)
    const free = page.filter((event) => !stuck.has(event.key))
    const events = store.eventsAt(free.map((event) => event.offset))
    const refusals = new Map<Offset, Refusal>()
    for (const refusal of events.length === 0 ? [] : await apply(events)) refusals.set(refusal.offset, refusal)
    for (const event of page) {
      const refusal = refusals.get(event.offset)
      if (refusal === undefined && !stuck.has(event.key)) continue
      stuck.add(event.key)
      refused(event, refusal?.waitsBehind ? undefined : refusal)
    }
  }
}
