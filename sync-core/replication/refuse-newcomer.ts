import type { DestinationSession } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { LaneConsumer } from './lane.ts'
import { refusal } from './refusal.ts'

/**
 * A deprecated public schema takes no new consumers, so that it can be retired one day; those that it has go on. New is
 * whom neither this store nor its destination knows. Throws a FailureError, and has changed nothing.
 */
export async function refuseNewcomer(
  store: EventStore,
  session: DestinationSession,
  { id, schema, deprecated }: LaneConsumer,
): Promise<void> {
  if (deprecated === undefined) return
  // Whoever was only paused before it began is new all the same.
  const known = store.consumers.read(id)
  if (known?.copyTo !== undefined || (await session.writer(id)) !== undefined) return
  throw refusal(
    id,
    `Cannot begin ${id}: ${schema} is deprecated and takes no new consumers`,
    `Read another major version of it, or ask its owner${deprecated === '' ? '.' : `, who says: ${deprecated}`}`,
  )
}
