import type { Refusal } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { BatchConsumer } from './batch.ts'

interface Writing {
  readonly store: Pick<EventStore, 'deadLetters'>
  /** ms since 1970. */
  readonly now: () => number
}

/** Sets a refused event aside, with its cause. */
export function writeDeadLetter(
  { store, now }: Writing,
  consumer: Pick<BatchConsumer, 'id' | 'schema'>,
  refusal: Refusal,
): void {
  store.deadLetters.add({
    consumer: consumer.id,
    offset: refusal.offset,
    schema: consumer.schema,
    key: refusal.key,
    sqlstate: refusal.failure.sqlstate ?? '',
    constraint: refusal.constraint,
    message: refusal.serverMessage,
    detail: refusal.detail,
    at: now(),
  })
}
