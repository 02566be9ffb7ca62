import type { DestinationSession } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import type { BatchConsumer } from './batch.ts'

export interface ReplayWork {
  readonly store: EventStore
  readonly session: DestinationSession
  readonly consumer: Pick<BatchConsumer, 'id' | 'schema' | 'everyVersion'>
  /** Where the consumer is; later events come to it by themselves. */
  readonly offset: Offset
  /** ms since 1970. */
  readonly now: () => number
  /** Applied events, as they are. */
  readonly onApplied: (events: number) => void
}

export interface Replayed {
  /** Keys. */
  readonly applied: number
  readonly refused: readonly string[]
  readonly reason: string | undefined
}
