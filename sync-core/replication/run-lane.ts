import type { Clock } from '../domain/clock.ts'
import type { ConsumerStatements, Destination, DestinationSession } from '../domain/destination.ts'
import type { Epoch } from '../domain/event.ts'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { applyAhead } from './apply-ahead.ts'
import { applyBatch, concerns } from './apply-batch.ts'
import type { AppliedBatch, BatchConsumer } from './batch.ts'
import { beginConsumer } from './begin-consumer.ts'
import type { ConsumerGauge } from './gauges.ts'
import { failureOf } from './supervise.ts'
import { awaitsCopy, takeOver } from './take-over.ts'
import type { Wake } from './wake.ts'

/** Events of the epochs that are taken into one transaction when several have gathered. */
const batchEvents = 10_000
const idleMs = 1_000

export interface LaneConsumer extends BatchConsumer {
  readonly statements: () => ConsumerStatements
  readonly gauge: ConsumerGauge
}

export interface LaneDeps {
  readonly source: string
  readonly destination: Destination
  readonly store: EventStore
  readonly clock: Clock
  readonly wake: Wake
  /** Where a consumer begins that the destination does not know. */
  readonly start: Offset
  /** Everybody who writes into the destination streams, and so do their sources. */
  readonly isSettled: () => boolean
  /** Of a batch's `patienceMs`. */
  readonly patienceMs: number
  readonly onHalt: (consumer: LaneConsumer, error: unknown) => void
}

/** Consumers that move together; who is in it changes only between two transactions. */
export interface Lane {
  readonly members: ReadonlyMap<string, LaneConsumer>
  /** Where all of them are; `undefined` before the destination has said it. */
  readonly position: Offset | undefined
  /** Only while nobody is in it: begins with this one, wherever it is. */
  enter(consumer: LaneConsumer): void
  /** Takes effect at the next boundary, which then says so. */
  leave(consumer: string, onLeft?: () => void): void
  /** Only while it does not run: takes effect at once. */
  drop(consumer: string): void
  /** Takes back a `leave` that has not taken effect. */
  stay(consumer: string): void
  /**
   * Asks to be let in; `catchUp` brings the consumer to exactly that offset. Resolves when it is in, or with `false`
   * when the lane was not ready; rejects with what `catchUp` rejects with, because that is the consumer's own trouble.
   */
  join(request: JoinRequest): Promise<boolean>
  run(signal: AbortSignal): Promise<void>
}

export interface JoinRequest {
  readonly consumer: LaneConsumer
  readonly catchUp: (to: Offset) => Promise<void>
  /** Aborted: it is not to be let in any more. */
  readonly signal: AbortSignal
}

interface Joining {
  readonly request: JoinRequest
  readonly resolve: (joined: boolean) => void
  readonly reject: (error: unknown) => void
}

/**
 * One lane: the consumers of a source that write into one destination and are equally far. Each step is one
 * transaction for all of them, from one state of the source to a later one.
 *
 * A consumer whose SQL the destination refuses leaves and is halted; the others go on. Consumers that are behind are
 * handed to `onBehind` and come back through `join`.
 */
export function createLane(
  deps: LaneDeps,
  initial: readonly LaneConsumer[],
  onBehind: (consumer: LaneConsumer) => void,
): Lane {
  const { store, clock } = deps
  const members = new Map(initial.map((consumer) => [consumer.id, consumer]))
  const leaving = new Map<string, (() => void) | undefined>()
  const joining: Joining[] = []
  const heldAfter = new Map<string, string>()
  let position: Offset | undefined
  // What the destination's rows say; behind `position` where nothing concerned the members.
  let written: Offset = zeroOffset

  // A large epoch that was begun with once; after that it waits until it is closed.
  let givenUp = -1

  const remove = (id: string): void => {
    members.delete(id)
    if (members.size === 0) position = undefined
  }

  const halt = (consumer: LaneConsumer, error: unknown): void => {
    remove(consumer.id)
    deps.onHalt(consumer, error)
  }

  /** Halts the consumer whose own trouble it is; what is nobody's alone goes on up. */
  const haltGuilty = (error: unknown): void => {
    const { object, policy } = failureOf(error, '')
    const guilty = members.get(object)
    if (guilty === undefined || policy !== 'halt') throw error
    halt(guilty, error)
  }

  const prepare = async (session: DestinationSession, consumer: LaneConsumer): Promise<boolean> => {
    try {
      await session.prepare(consumer.statements())
      return true
    } catch (error) {
      if (failureOf(error, consumer.id).policy === 'retry') throw error
      halt(consumer, error)
      return false
    }
  }

  const open = async (session: DestinationSession): Promise<void> => {
    for (const consumer of [...members.values()]) await prepare(session, consumer)
    const offsets = new Map<string, Offset>()
    const copying: LaneConsumer[] = []
    for (const consumer of [...members.values()]) {
      try {
        await takeOver(store, session, consumer)
        if (awaitsCopy(deps, consumer)) {
          copying.push(consumer)
          continue
        }
        const found = await session.offsets([consumer.id], store.history, deps.start)
        const place = checkOffset(store, deps.source, consumer, found.get(consumer.id) ?? deps.start)
        const { offset, copyTo } = beginConsumer(deps, consumer, place)
        if (offset >= copyTo) offsets.set(consumer.id, offset)
        else copying.push(consumer)
      } catch (error) {
        if (failureOf(error, consumer.id).policy === 'retry') throw error
        halt(consumer, error)
      }
    }
    const furthest = Math.max(...offsets.values(), zeroOffset) as Offset
    for (const [id, offset] of offsets) {
      const consumer = members.get(id)
      consumer?.gauge.at(offset)
      if (consumer !== undefined && offset < furthest) {
        members.delete(id)
        onBehind(consumer)
      }
    }
    for (const consumer of copying) {
      members.delete(consumer.id)
      onBehind(consumer)
    }
    written = furthest
    position = furthest
    await forgetReleased(store, session, members.keys())
  }

  const atBoundary = async (session: DestinationSession): Promise<void> => {
    const left = [...leaving]
    leaving.clear()
    for (const [id] of left) remove(id)
    for (const [, onLeft] of left) onLeft?.()
    while (joining.length > 0) {
      // The lane's own rows are brought to its position, so that all of them are equal. Who asks waits in the list
      // until then: when this fails, the run fails, and its end lets them go.
      if (position !== undefined && written < position) await move(session, [...members.values()], { to: position })
      const next = joining.shift()
      if (next !== undefined) await admit(session, next)
    }
  }

  const admit = async (session: DestinationSession, { request, resolve, reject }: Joining): Promise<void> => {
    const { consumer, catchUp } = request
    if (position === undefined) return resolve(false)
    try {
      await catchUp(position)
    } catch (error) {
      return reject(error)
    }
    try {
      if (!(await prepare(session, consumer))) return resolve(false)
    } catch (error) {
      resolve(false)
      throw error
    }
    // Paused while the destination was making it ready.
    if (request.signal.aborted) return resolve(false)
    members.set(consumer.id, consumer)
    resolve(true)
  }

  const move = async (
    session: DestinationSession,
    consumers: readonly LaneConsumer[],
    { epochs = [], to, settled = false }: Move,
  ): Promise<AppliedBatch> => {
    const inOrder = inNameOrder(consumers)
    const { patienceMs } = deps
    const now = (): number => clock.now()
    const batch = { store, session, consumers: inOrder, epochs, from: written, to, now, settled, patienceMs, heldAfter }
    const result = await applyBatch(batch)
    written = to
    for (const consumer of inOrder) {
      consumer.gauge.applied(result.applied.get(consumer.id) ?? 0, epochs)
      consumer.gauge.at(to)
    }
    for (const { consumer, refusal } of result.refusals) members.get(consumer.id)?.gauge.deadLetter(refusal)
    return result
  }

  const holdsAny = (): boolean => [...members.keys()].some((id) => store.held.count(id) > 0)

  /** Tries events that are held. Returns whether anything came of it. */
  const tryHeld = async (session: DestinationSession): Promise<boolean> => {
    if (position === undefined || !holdsAny()) return false
    const trying = move(session, [...members.values()], { to: position, settled: deps.isSettled() })
    const result = await trying.catch(haltGuilty)
    if (result === undefined) return true
    return result.refusals.length > 0 || [...result.applied.values()].some((count) => count > 0)
  }

  /** Whether an epoch that is still being stored was worth beginning with. */
  const beginLargeEpoch = async (session: DestinationSession, signal: AbortSignal): Promise<boolean> => {
    const under = store.epochUnderWay(deps.source)
    if (under === undefined || under.state !== 'open' || under.lastOffset < under.firstOffset) return false
    if (under.id === givenUp || under.rewritten || members.size === 0 || holdsAny()) return false
    // Its deletes come after everything else of the epoch, which is not there yet.
    if ([...members.keys()].some((id) => session.deletesLast(id))) return false
    givenUp = under.id
    const consumers = inNameOrder(members.values())
    const now = (): number => clock.now()
    const ahead = { source: deps.source, store, session, consumers, from: written, wake: deps.wake, now }
    const result = await applyAhead(ahead, under.id, signal).catch((error: unknown) => {
      // A refused row, or a consumer that cannot go on, is taken care of once the epoch is closed, with everything
      // else that it holds.
      if (failureOf(error, '').policy !== 'retry') return { done: false } as const
      throw error
    })
    if (!result.done) return false
    written = result.epoch.lastOffset
    position = written
    for (const consumer of consumers) {
      consumer.gauge.applied(result.applied.get(consumer.id) ?? 0, [result.epoch])
      consumer.gauge.at(written)
    }
    return true
  }

  const step = async (session: DestinationSession, signal: AbortSignal): Promise<void> => {
    const from = position ?? zeroOffset
    const epochs = store.epochsAfter(deps.source, from, batchEvents)
    const last = epochs.at(-1)
    if (last === undefined) {
      for (const consumer of members.values()) consumer.gauge.state('streaming')
      if ((await tryHeld(session)) || (await beginLargeEpoch(session, signal))) return
      return deps.wake.wait(signal, idleMs)
    }
    const behind = last.lastOffset < store.head(deps.source) || last.kind !== 'live'
    for (const consumer of members.values()) consumer.gauge.state(behind ? 'catching-up' : 'streaming')
    const consumers = [...members.values()]
    const schemas = [...new Set(consumers.map((consumer) => consumer.schema))]
    if (concerns(store, { epochs, schemas, after: from }) || holdsAny()) {
      try {
        await move(session, consumers, { epochs, to: last.lastOffset, settled: !behind && deps.isSettled() })
      } catch (error) {
        return haltGuilty(error)
      }
    } else {
      for (const consumer of consumers) consumer.gauge.at(last.lastOffset)
    }
    position = last.lastOffset
  }

  return {
    members,
    get position() {
      return position
    },
    enter(consumer) {
      if (members.size > 0) throw new Error('Cannot enter a lane that has members: join it')
      members.set(consumer.id, consumer)
    },
    leave(consumer, onLeft) {
      leaving.set(consumer, onLeft)
      deps.wake.wake()
    },
    drop(consumer) {
      leaving.delete(consumer)
      remove(consumer)
    },
    stay(consumer) {
      leaving.delete(consumer)
      deps.wake.wake()
    },
    join(request) {
      deps.wake.wake()
      return new Promise((resolve, reject) => joining.push({ request, resolve, reject }))
    },
    async run(signal) {
      const session = await deps.destination.connect(signal)
      try {
        for (const consumer of members.values()) consumer.gauge.connected(session.serverVersion)
        await open(session)
        // A destination that crashes may lose its last transactions: also while nothing is to be written it is asked again.
        let lost: FailureError | undefined
        session.failed.catch((error: FailureError) => {
          lost = error
          deps.wake.wake()
        })
        while (!signal.aborted) {
          if (lost !== undefined) throw lost
          await atBoundary(session)
          if (members.size === 0) return
          await step(session, signal)
        }
      } finally {
        position = undefined
        for (const { resolve } of joining.splice(0)) resolve(false)
        await session.close()
      }
    },
  }
}

interface Move {
  readonly epochs?: readonly Epoch[]
  readonly to: Offset
  readonly settled?: boolean
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

function inNameOrder(consumers: Iterable<LaneConsumer>): readonly LaneConsumer[] {
  return [...consumers].sort((a, b) => (a.id < b.id ? -1 : 1))
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
