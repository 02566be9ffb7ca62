import type { Clock } from '../domain/clock.ts'
import type { ConsumerStart } from '../domain/consumer-start.ts'
import type { ConsumerStatements, Destination } from '../domain/destination.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'
import type { BatchConsumer } from './batch.ts'
import type { ConsumerGauge } from './gauges.ts'
import type { Wake } from './wake.ts'

export interface LaneConsumer extends BatchConsumer {
  readonly statements: () => ConsumerStatements
  readonly gauge: ConsumerGauge
  /** Its public schema takes nobody new, in its owner's words, which may be none; `undefined`: it does. */
  readonly deprecated: string | undefined
  /** What it gets when it begins. */
  readonly begins: ConsumerStart
}

export interface LaneDeps {
  readonly source: string
  readonly destination: Destination
  readonly store: EventStore
  readonly clock: Clock
  readonly wake: Wake
  /** Where a consumer begins that the destination does not know. */
  readonly start: Offset
  /** Everybody who writes into the destination streams, and so do their sources. */
  readonly isSettled: () => boolean
  /** Of a batch's `patienceMs`. */
  readonly patienceMs: number
  readonly onHalt: (consumer: LaneConsumer, error: unknown) => void
  /** A consumer begins behind a position, which was found to be this offset. */
  readonly onPosition: (consumer: LaneConsumer, offset: Offset) => void
}

/** Consumers that move together; who is in it changes only between two transactions. */
export interface Lane {
  readonly members: ReadonlyMap<string, LaneConsumer>
  /** Where all of them are; `undefined` before the destination has said it. */
  readonly position: Offset | undefined
  /** Only while nobody is in it: begins with this one, wherever it is. */
  enter(consumer: LaneConsumer): void
  /** Takes effect at the next boundary, which then says so. */
  leave(consumer: string, onLeft?: () => void): void
  /** Only while it does not run: takes effect at once. */
  drop(consumer: string): void
  /** Takes back a `leave` that has not taken effect. */
  stay(consumer: string): void
  /**
   * Asks to be let in; `catchUp` brings the consumer to exactly that offset. Resolves when it is in, or with `false`
   * when the lane was not ready; rejects with what `catchUp` rejects with, because that is the consumer's own trouble.
   */
  join(request: JoinRequest): Promise<boolean>
  run(signal: AbortSignal): Promise<void>
}

export interface JoinRequest {
  readonly consumer: LaneConsumer
  readonly catchUp: (to: Offset) => Promise<void>
  /** Aborted: it is not to be let in any more. */
  readonly signal: AbortSignal
}
