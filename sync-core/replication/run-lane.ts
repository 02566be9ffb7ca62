import type { DestinationSession } from '../domain/destination.ts'
import type { Epoch } from '../domain/event.ts'
import type { FailureError } from '../domain/failure.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { applyAhead } from './apply-ahead.ts'
import { applyBatch, concerns } from './apply-batch.ts'
import { type AppliedBatch, parkedKeys } from './batch.ts'
import type { JoinRequest, Lane, LaneConsumer, LaneDeps } from './lane.ts'
import { forgetReleased, openLane, prepareConsumer } from './open-lane.ts'
import { failureOf } from './supervise.ts'

/** Events of the epochs that are taken into one transaction when several have gathered. */
const batchEvents = 10_000
const idleMs = 1_000

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

  const open = async (session: DestinationSession): Promise<void> => {
    const opening = await openLane(deps, session, [...members.values()], halt)
    for (const consumer of opening.behind) {
      members.delete(consumer.id)
      onBehind(consumer)
    }
    written = opening.position
    position = opening.position
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
      if (!(await prepareConsumer(session, consumer, halt))) return resolve(false)
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

  /** Events that are tried again and again; not those that wait behind a dead letter. */
  const holdsAny = (): boolean =>
    [...members.values()].some((consumer) => store.held.holdsBeside(consumer.id, parkedKeys(store, consumer)))

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
    if (under.id === givenUp || under.rewritten || members.size === 0) return false
    // What has to wait behind held events is held too, which cannot be taken back.
    if ([...members.values()].some((one) => store.held.count(one.id) + parkedKeys(store, one).size > 0)) return false
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
          // Who was told to leave while another was let in is not to be taken along once more.
          if (leaving.size === 0) await step(session, signal)
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

function inNameOrder(consumers: Iterable<LaneConsumer>): readonly LaneConsumer[] {
  return [...consumers].sort((a, b) => (a.id < b.id ? -1 : 1))
}
