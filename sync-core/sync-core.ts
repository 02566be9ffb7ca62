import type { Clock } from './domain/clock.ts'
import type { Log } from './domain/log.ts'
import type { Pipeline } from './domain/manifest.ts'
import type { EngineStatus, Happening } from './domain/status.ts'

export interface SyncCoreDeps {
  readonly pipeline: Pipeline
  /** Holds the event store; made when missing. One engine at a time. */
  readonly stateDir: string
  readonly clock: Clock
  readonly log: Log
  /** `false`: consumers start from now instead of with the rows that exist. */
  readonly backfill: boolean
}

/** The engine. The only door to it. */
export interface SyncCore {
  /**
   * Checks everything, creates what is missing and begins to follow. Resolves when every source and consumer runs,
   * waits for a retry or is halted; rejects with a FailureError (`state-in-use`, `store`, …) when none can.
   */
  start(): Promise<void>
  /** Finishes what is under way, closes everything. Resolves within `drainMs`. */
  stop(drainMs?: number): Promise<void>
  status(): EngineStatus
  /** At most four times a second, after something changed. Returns the way to end it. */
  onStatus(listener: (status: EngineStatus) => void): () => void
  onHappening(listener: (happening: Happening) => void): () => void
  /** Takes effect after the transaction under way. Survives restarts. */
  pauseConsumer(id: string): Promise<void>
  resumeConsumer(id: string): Promise<void>
}
