import type { DestinationSession } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { beginConsumer } from './begin-consumer.ts'
import { awaitsFirstCopy, startOf } from './begin-now.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'
import { refuseNewcomer } from './refuse-newcomer.ts'
import { failureOf } from './supervise.ts'
import { awaitsCopy, takeOver } from './take-over.ts'

/** Where a lane begins at a destination that has just been connected. */
export interface LaneOpening {
  /** Of whoever is furthest: the lane goes on from there. */
  readonly position: Offset
  /** They come to it by themselves. */
  readonly behind: readonly LaneConsumer[]
}

/** Says that a consumer is not in the lane any more, for its own trouble. */
export type HaltConsumer = (consumer: LaneConsumer, error: unknown) => void

/**
 * Makes the destination ready for each consumer's SQL, and asks it where each of them is. One that cannot go on is
 * halted and the others are opened; what a retry may cure is thrown.
 */
export async function openLane(
  deps: LaneDeps,
  session: DestinationSession,
  consumers: readonly LaneConsumer[],
  halt: HaltConsumer,
): Promise<LaneOpening> {
  const prepared: LaneConsumer[] = []
  for (const consumer of consumers) {
    if (await prepareConsumer(session, consumer, halt)) prepared.push(consumer)
  }
  const places = new Map<LaneConsumer, Offset>()
  const copying: LaneConsumer[] = []
  for (const consumer of prepared) {
    try {
      const place = await placeOf(deps, session, consumer)
      if (place === 'copying') copying.push(consumer)
      else places.set(consumer, place)
    } catch (error) {
      if (failureOf(error, consumer.id).policy === 'retry') throw error
      halt(consumer, error)
    }
  }
  const position = Math.max(...places.values(), zeroOffset) as Offset
  for (const [consumer, offset] of places) consumer.gauge.at(offset)
  const behind = [...places].filter(([, offset]) => offset < position).map(([consumer]) => consumer)
  return { position, behind: [...behind, ...copying] }
}

/** Returns whether the destination takes the consumer's SQL; throws what a retry may cure. */
export async function prepareConsumer(
  session: DestinationSession,
  consumer: LaneConsumer,
  halt: HaltConsumer,
): Promise<boolean> {
  try {
    await session.prepare(consumer.statements())
    return true
  } catch (error) {
    if (failureOf(error, consumer.id).policy === 'retry') throw error
    halt(consumer, error)
    return false
  }
}

/** What the destination says it has written is not held any more: a crash came before that was noted. */
export async function forgetReleased(
  store: EventStore,
  session: DestinationSession,
  consumers: Iterable<string>,
): Promise<void> {
  const holding = [...consumers].filter((consumer) => store.held.count(consumer) > 0)
  if (holding.length === 0) return
  for (const [consumer, offsets] of await session.released(holding)) store.held.release(consumer, offsets)
}

/** Where a consumer goes on, unless it has rows to copy before. */
async function placeOf(
  deps: LaneDeps,
  session: DestinationSession,
  consumer: LaneConsumer,
): Promise<Offset | 'copying'> {
  await takeOver(deps.store, session, consumer)
  await refuseNewcomer(deps.store, session, consumer)
  if (awaitsCopy(deps, consumer) || awaitsFirstCopy(deps, consumer)) return 'copying'
  const found = await session.offsets([consumer.id], deps.store.history, startOf(deps, consumer))
  const place = checkOffset(deps.store, deps.source, consumer, found.get(consumer.id) ?? deps.start)
  const { offset, copyTo } = beginConsumer(deps, consumer, place)
  return offset >= copyTo ? offset : 'copying'
}

/** A destination that is further than the store has been written by a store that is gone. */
function checkOffset(store: EventStore, source: string, consumer: LaneConsumer, offset: Offset): Offset {
  if (offset <= store.head(source)) return offset
  throw new FailureError({
    kind: 'store',
    policy: 'halt',
    object: consumer.id,
    message: `Cannot go on with ${consumer.id}: its destination is at offset ${offset}, past the end of the event store`,
    solution:
      'Bring the newer state folder back, or empty what it writes and let the consumer start over (rejot start-over).',
  })
}
