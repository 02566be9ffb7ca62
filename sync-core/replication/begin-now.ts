import { isPosition } from '../domain/consumer-start.ts'
import type { EventStore } from '../domain/event-store.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import { forgetPosition, placeOfPosition } from './begin-position.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'

/**
 * Where a consumer begins that its destination does not know. One that wants only what changes from now on begins at the
 * head, one that names a position there; its row at the destination says so from then on, so that after a crash "now" is
 * still the first one. But where this store knows it, its destination has lost its row, and perhaps more: then it gets
 * everything.
 *
 * Throws a FailureError where its position is none, and has changed nothing.
 */
export function startOf(deps: LaneDeps, consumer: LaneConsumer): Offset {
  const { store, source, start } = deps
  const { begins } = consumer
  if (!isNew(store, consumer)) return start
  if (isPosition(begins)) return placeOfPosition(deps, consumer, begins)
  forgetPosition(store, consumer)
  return begins === 'now' ? store.head(source) : start
}

/** Whether it has to wait: rows that are copied for the first time are none that changed, though they come as events. */
export function awaitsFirstCopy({ store }: Pick<LaneDeps, 'store'>, consumer: LaneConsumer): boolean {
  if (consumer.begins !== 'now' || !isNew(store, consumer)) return false
  const copy = store.sources.backfill(consumer.schema)
  return copy === undefined || (copy.state === 'running' && copy.generation === 1)
}

/** Also one that was paused before it began, or whose position was found and whose destination was not reached. */
function isNew(store: EventStore, { id }: LaneConsumer): boolean {
  const known = store.consumers.read(id)
  return known === undefined || (known.offset === zeroOffset && known.copyTo === undefined && known.takeOver !== true)
}
