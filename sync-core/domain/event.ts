import type { Lsn } from './lsn.ts'
import type { Offset } from './offset.ts'

export type Operation = 'insert' | 'update' | 'delete'

/**
 * One change of one public row key between two epochs.
 *
 * Key and payload are JSON text made by the source database and read back by the destination database; the engine
 * does not parse them on the way.
 */
export interface StoredEvent {
  readonly offset: Offset
  /** `publicSchemaId` of its public schema. */
  readonly schema: string
  readonly operation: Operation
  /** The public row key's values as a JSON array, `[7]`. */
  readonly key: string
  /** The public row as a JSON object; of a delete, the row as it was last. */
  readonly payload: string
}

/** Consecutive events of one source that belong to one state of it; what a destination takes in one transaction. */
export interface Epoch {
  readonly id: number
  readonly source: string
  /** Inclusive. A consumer that has applied the epoch is at `lastOffset`. */
  readonly firstOffset: Offset
  readonly lastOffset: Offset
  /** The source had this state when its WAL was here. */
  readonly lsn: Lsn
  /** When the oldest transaction in it reached the engine, by the engine's clock, ms since 1970. */
  readonly receivedAt: number
  /** Backfill and catch-up: rows may be ahead of one another. */
  readonly kind: 'live' | 'catch-up' | 'backfill'
}
