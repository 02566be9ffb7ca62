import { type Offset, zeroOffset } from '../domain/offset.ts'
import { applyBatch } from './apply-batch.ts'
import { beginConsumer } from './begin-consumer.ts'
import { awaitsFirstCopy, startOf } from './begin-now.ts'
import type { ConsumerOrders } from './consumer-orders.ts'
import { copyState } from './copy-state.ts'
import type { Lane, LaneConsumer, LaneDeps } from './lane.ts'
import { forgetReleased } from './open-lane.ts'
import { refuseNewcomer } from './refuse-newcomer.ts'
import { awaitsCopy, takeOver } from './take-over.ts'

const batchEvents = 10_000
/** The lane waits at its boundary while the last events are caught up; more than this it is not asked to wait for. */
const joinWithinEvents = 5_000

/**
 * Brings one consumer that is out of its lane up to it, in transactions of its own, and lets it in at an equal offset;
 * before that it does what was ordered for it.
 * Resolves once it is in, or when the lane is empty; throws a FailureError.
 */
export async function runConsumer(
  deps: LaneDeps,
  consumer: LaneConsumer,
  lane: Lane,
  orders: ConsumerOrders,
  signal: AbortSignal,
): Promise<void> {
  const { store, source } = deps
  const session = await deps.destination.connect(signal)
  try {
    consumer.gauge.connected(session.serverVersion)
    consumer.gauge.state('catching-up')
    await session.prepare(consumer.statements())
    await refuseNewcomer(store, session, consumer)
    await orders.carryOutFirst(session)
    await takeOver(store, session, consumer)
    while (awaitsCopy(deps, consumer) || awaitsFirstCopy(deps, consumer)) {
      await deps.clock.sleep(200, signal)
      signal.throwIfAborted()
    }
    const found = await session.offsets([consumer.id], store.history, startOf(deps, consumer))
    const beginning = beginConsumer(deps, consumer, found.get(consumer.id) ?? zeroOffset)
    consumer.gauge.at(beginning.offset)
    await forgetReleased(store, session, [consumer.id])
    const heldAfter = new Map<string, string>()
    let offset = await copyState(deps, session, consumer, beginning, signal)
    await orders.carryOut({ session, offset })

    const advance = async (to: Offset): Promise<void> => {
      while (offset < to && !signal.aborted) {
        const epochs = store.epochsAfter(source, offset, batchEvents).filter((epoch) => epoch.lastOffset <= to)
        const next = epochs.at(-1)?.lastOffset ?? to
        const now = (): number => deps.clock.now()
        const way = { epochs, from: offset, to: next, settled: false, patienceMs: deps.patienceMs, heldAfter }
        const result = await applyBatch({ store, session, consumers: [consumer], now, ...way })
        offset = next
        consumer.gauge.applied(result.applied.get(consumer.id) ?? 0, epochs)
        consumer.gauge.at(offset)
        for (const { refusal } of result.refusals) consumer.gauge.deadLetter(refusal)
      }
      // Paused on the way: it must not be let in where it is not.
      signal.throwIfAborted()
    }

    while (!signal.aborted && lane.members.size > 0) {
      const to = lane.position
      if (to !== undefined && store.pending(source, [consumer.schema], offset) <= joinWithinEvents) {
        if (await lane.join({ consumer, catchUp: advance, signal })) return
        await deps.clock.sleep(20, signal)
      } else if (to === undefined) {
        await deps.clock.sleep(100, signal)
      } else {
        await advance(store.epochsAfter(source, offset, batchEvents).at(-1)?.lastOffset ?? to)
      }
    }
  } finally {
    await session.close()
  }
}
