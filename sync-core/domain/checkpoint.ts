import type { Lsn } from './lsn.ts'
import type { Offset } from './offset.ts'

/** Durable progress of a source: everything up to `throughLsn` is in the event store, but for the commits in `owed`. */
export interface SourceCheckpoint {
  readonly source: string
  readonly throughLsn: Lsn
  /** Commit LSNs at or below `throughLsn` of transactions that were not visible yet. */
  readonly owed: readonly Lsn[]
  /** The slot may move to here: the end of the last commit before the first owed one. */
  readonly confirmedLsn: Lsn
  readonly server: ServerIdentity
}

/** Which history of which cluster a position belongs to: an LSN means nothing in another one. */
export interface ServerIdentity {
  /** Of the cluster (`pg_control_system()`), text; a file copy of it has the same. */
  readonly systemIdentifier: string
  /** Another one since each promotion and each restore to a point in time. 0: written before it was remembered. */
  readonly timeline: number
}

/** Progress of the first copy of a public schema's existing rows. */
export interface BackfillState {
  readonly schema: string
  readonly source: string
  /** Changes with SQL and key; another one asks for another backfill. */
  readonly definitionHash: string
  /** Columns of the public row key, which stay within a major version; `undefined`: begun before it was remembered. */
  readonly key?: readonly string[] | undefined
  /** Oids of the partitions whose rows it has; `undefined`: begun before they were remembered. */
  readonly partitions?: readonly number[] | undefined
  readonly generation: number
  readonly state: 'running' | 'done' | 'skipped'
  /** Place of the transformation that is being walked. */
  readonly transformation: number
  /** Last source key walked, as a JSON array of text; `undefined` at the beginning. */
  readonly cursor: string | undefined
  readonly rowsDone: number
  /** The server's estimate when the walk began. */
  readonly rowsEstimated: number
}

/** The definition of rows that are known from a former store only: every other one asks for another backfill. */
export const salvagedDefinition = 'salvaged'

/** What is remembered of each source. */
export interface SourceBook {
  read(source: string): SourceCheckpoint | undefined
  save(checkpoint: SourceCheckpoint): void
  backfill(schema: string): BackfillState | undefined
  backfills(source: string): readonly BackfillState[]
  saveBackfill(state: BackfillState): void
  /**
   * From where on the log has every change of a public schema: where the last copy of its rows was done, since changes
   * may have passed before it without being seen. `undefined` while they are copied, and before the first time.
   */
  followedFrom(schema: string): Offset | undefined
  /** Forgets what every source key of a public schema gave: with another definition they are other keys. No epoch of its source is open. */
  forgetLineage(schema: string): void
  /** How far a source has been read; its backfills stay. */
  forget(source: string): void
}
