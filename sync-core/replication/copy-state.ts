import type { DestinationSession } from '../domain/destination.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import { applyBatch, concerns } from './apply-batch.ts'
import type { Beginning } from './begin-consumer.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'

/** Events of the log that are looked through for one transaction of the destination. */
const stretchEvents = 10_000

/**
 * Writes the rows of the state at `copyTo` that come after the consumer's offset, from the event store alone. Each
 * transaction moves the offset, so that it goes on there after a crash. Returns where the consumer is then.
 */
export async function copyState(
  deps: LaneDeps,
  session: DestinationSession,
  consumer: LaneConsumer,
  { offset, copyTo, deletes }: Beginning,
  signal: AbortSignal,
): Promise<Offset> {
  const { store, clock } = deps
  const heldAfter = new Map<string, string>()
  let written = offset
  for (let looked = offset; looked < copyTo; ) {
    signal.throwIfAborted()
    const to = store.stretchEnd(looked, copyTo, stretchEvents)
    const epochs = [{ id: 0, firstOffset: toOffset(looked + 1), lastOffset: to }]
    const page = { epochs, schemas: [consumer.schema], after: looked, asOf: copyTo, deletes }
    if (to === copyTo || concerns(store, page)) {
      const batch = { store, session, consumers: [consumer], epochs, asOf: copyTo, deletes, from: written, to }
      const now = (): number => clock.now()
      const result = await applyBatch({ ...batch, now, settled: false, patienceMs: deps.patienceMs, heldAfter })
      written = to
      consumer.gauge.applied(result.applied.get(consumer.id) ?? 0, [])
      for (const { refusal } of result.refusals) consumer.gauge.deadLetter(refusal)
    }
    looked = to
    consumer.gauge.at(to)
  }
  return written
}
