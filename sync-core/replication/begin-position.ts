import { positionWords, type StartPosition } from '../domain/consumer-start.ts'
import type { EventStore } from '../domain/event-store.ts'
import { findPosition, missingVersions } from '../domain/find-position.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { LaneConsumer, LaneDeps } from './lane.ts'
import { refusal } from './refusal.ts'

/**
 * The offset behind which a new consumer begins. It is written down before the destination hears of it: a crash in between
 * must not move it, and what comes after has to know that this one copies no whole state. Another position that is
 * declared before it has begun counts.
 *
 * Throws a FailureError where there is no such place, or where the log no longer has all that the consumer wants from there
 * on; then nothing was written.
 */
export function placeOfPosition(deps: LaneDeps, consumer: LaneConsumer, position: StartPosition): Offset {
  const { store } = deps
  const { id } = consumer
  const declared = JSON.stringify(position)
  const known = store.consumers.read(id)
  if (known?.position?.declared === declared) return known.position.offset
  const offset = lookUp(deps, consumer, position)
  store.consumers.save({ paused: false, ...known, consumer: id, offset: zeroOffset, position: { declared, offset } })
  deps.onPosition(consumer, offset)
  return offset
}

/** One that was found, and is not declared any more. */
export function forgetPosition(store: EventStore, { id }: LaneConsumer): void {
  const known = store.consumers.read(id)
  if (known?.position === undefined) return
  const { position: _, ...others } = known
  store.consumers.save(others)
}

function lookUp({ store, source, clock }: LaneDeps, consumer: LaneConsumer, position: StartPosition): Offset {
  const { id, schema, everyVersion } = consumer
  const found = findPosition(position, {
    store: store.history.uuid,
    head: store.head(source),
    now: clock.now(),
    offsetBefore: (receivedAt) => store.offsetBefore(source, receivedAt),
  })
  const log = { followedFrom: store.sources.followedFrom(schema), completeFrom: store.retention.completeFrom(schema) }
  const missing = everyVersion && found.offset !== undefined ? missingVersions(found.offset, log) : undefined
  const why = found.offset === undefined ? found : missing
  if (why !== undefined)
    throw refusal(id, `Cannot begin ${id} ${positionWords(position)}: ${why.message}`, why.solution)
  return found.offset ?? zeroOffset
}
