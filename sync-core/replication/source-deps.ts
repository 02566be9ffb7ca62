import type { Clock } from '../domain/clock.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Failure } from '../domain/failure.ts'
import type { Source, WalHeld } from '../domain/source.ts'
import type { WalStatus } from '../domain/status.ts'
import type { SourceGauge } from './gauges.ts'
import type { RowPace } from './row-pace.ts'
import type { SetAside } from './set-aside.ts'

/** What following a source needs. */
export interface SourceDeps {
  readonly id: string
  /** The connection's name, for sentences. */
  readonly object: string
  readonly source: Source
  readonly store: EventStore
  readonly clock: Clock
  readonly gauge: SourceGauge
  /** Outlives the single runs. */
  readonly pace: RowPace
  /** Sees what the slot holds, over sessions. */
  readonly walGuard: (held: WalHeld, atMs: number) => WalStatus
  /** Once, when it begins. */
  readonly onWalWarning: (retainedBytes: number, wal: WalStatus) => void
  /** Consumers of this source have something to read. */
  readonly wakeConsumers: () => void
  /** Between epochs: removes some history. Returns for how long it need not be called, ms. */
  readonly tendHistory: () => number
  /** The disk is full; what is under way waits, connected, and is tried again in so many ms. */
  readonly onWaiting: (failure: Failure, retryDelayMs: number) => void
  /** Whether rows that exist are copied when a public schema is new. */
  readonly backfill: boolean
  /** Outlives the single runs. */
  readonly setAside: SetAside
  /** A public schema cannot be followed; the others go on. Said once, until it was whole again. */
  readonly onSchemaHalt: (schema: string, failure: Failure) => void
}
