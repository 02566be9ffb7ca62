import { salvagedDefinition } from '../domain/checkpoint.ts'
import type { DestinationSession } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import { zeroOffset } from '../domain/offset.ts'
import type { BatchConsumer } from './batch.ts'

/**
 * Makes a destination this store's own when it was written from the store in whose place this one was made. Noted here
 * before it is changed there: a crash in between does both again, and never forgets that there are rows to be deleted.
 */
export async function takeOver(store: EventStore, session: DestinationSession, { id }: BatchConsumer): Promise<void> {
  const writer = await session.writer(id)
  if (writer === undefined || writer === store.history.uuid || !store.takesOver(writer)) return
  const { paused = false } = store.consumers.read(id) ?? {}
  store.consumers.save({ consumer: id, offset: zeroOffset, paused, takeOver: true })
  await session.takeOver(id, writer, store.history.uuid)
}

/** Whether it has to wait: what the former store knew is corrected by copying all rows again, deletes at the end. */
export function awaitsCopy({ store }: { readonly store: EventStore }, { id, schema }: BatchConsumer): boolean {
  const known = store.consumers.read(id)
  if (known?.takeOver !== true || known.copyTo !== undefined) return false
  const backfill = store.sources.backfill(schema)
  return backfill === undefined || backfill.definitionHash === salvagedDefinition || backfill.state === 'running'
}
