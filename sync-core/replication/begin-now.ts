import type { EventStore } from '../domain/event-store.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'

type NewConsumer = Pick<LaneConsumer, 'id' | 'schema' | 'fromNow'>

/**
 * Where a consumer begins that its destination does not know. One that wants only what changes from now on begins at the
 * head; its row at the destination says so from then on, so that after a crash "now" is still the first one. But where
 * this store knows it, its destination has lost its row, and perhaps more: then it gets everything.
 */
export function startOf({ store, source, start }: LaneDeps, consumer: NewConsumer): Offset {
  return consumer.fromNow && isNew(store, consumer) ? store.head(source) : start
}

/** Whether it has to wait: rows that are copied for the first time are none that changed, though they come as events. */
export function awaitsFirstCopy({ store }: Pick<LaneDeps, 'store'>, consumer: NewConsumer): boolean {
  if (!consumer.fromNow || !isNew(store, consumer)) return false
  const copy = store.sources.backfill(consumer.schema)
  return copy === undefined || (copy.state === 'running' && copy.generation === 1)
}

/** Also one that was paused before it began. */
function isNew(store: EventStore, { id }: NewConsumer): boolean {
  const known = store.consumers.read(id)
  return known === undefined || (known.offset === zeroOffset && known.copyTo === undefined && known.takeOver !== true)
}
