import { readInstant, type StartPosition } from './consumer-start.ts'
import { type Offset, toOffset } from './offset.ts'

/** What an event store says of a source and of itself. */
export interface PositionFacts {
  readonly store: string
  /** The last event of the source. */
  readonly head: Offset
  /** ms since 1970. */
  readonly now: number
  /** As `EventStore.offsetBefore`, of the source. */
  offsetBefore(receivedAt: number): Offset
}

/** The offset that a position is, or why there is no such place: `message` follows "Cannot begin …:". */
export type FoundPosition =
  | { readonly offset: Offset }
  | { readonly offset: undefined; readonly message: string; readonly solution: string }

/** Where a position lies in an event store. Pure. */
export function findPosition(position: StartPosition, facts: PositionFacts): FoundPosition {
  return 'since' in position ? findTime(position.since, facts) : findEvent(position, facts)
}

/**
 * What keeps a consumer of every version from beginning after an offset; `undefined`: nothing does. The last event of a row
 * is always there, but a version may be gone from history, or have passed when nobody wanted it. Pure.
 */
export function missingVersions(
  offset: Offset,
  log: { readonly followedFrom: Offset | undefined; readonly completeFrom: Offset },
): { readonly message: string; readonly solution: string } | undefined {
  if (log.followedFrom === undefined) {
    return {
      message: 'versions are kept from when they are first wanted, and the rows that there are have yet to be copied',
      solution: 'Let it start with everything, or name a later position.',
    }
  }
  const whole = Math.max(log.followedFrom, log.completeFrom)
  if (offset >= whole) return undefined
  return {
    message: `that is after event ${offset}, and every version is kept only after event ${whole}`,
    solution: `Name event ${whole} or a later one, or let it start with everything.`,
  }
}

function findTime(since: string, { head, now, offsetBefore }: PositionFacts): FoundPosition {
  const time = readInstant(since)
  if (time === undefined) {
    return refused('that is no time with its zone', 'Write it as 2026-11-21T09:30:00Z.')
  }
  if (time > now) return refused('that time has not come yet', 'Name one that has, or let it start now.')
  return { offset: Math.min(offsetBefore(time), head) as Offset }
}

function findEvent(
  { after, store }: Extract<StartPosition, { after: number }>,
  facts: Pick<PositionFacts, 'store' | 'head'>,
): FoundPosition {
  if (store !== facts.store) {
    return refused(
      `that is an event of another event store, ${store}, and this one is ${facts.store}`,
      'An offset means nothing in another event store: name an event of this one, or a time.',
    )
  }
  if (after <= facts.head) return { offset: toOffset(after) }
  return refused(`the last event of its source is ${facts.head}`, 'Name an event that is there, or let it start now.')
}

function refused(message: string, solution: string): FoundPosition {
  return { offset: undefined, message, solution }
}
