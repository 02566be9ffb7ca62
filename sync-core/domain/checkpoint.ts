import type { Lsn } from './lsn.ts'

/** Durable progress of a source: everything up to `throughLsn` is in the event store, but for the commits in `owed`. */
export interface SourceCheckpoint {
  readonly source: string
  readonly throughLsn: Lsn
  /** Commit LSNs at or below `throughLsn` of transactions that were not visible yet. */
  readonly owed: readonly Lsn[]
  /** The slot may move to here: the end of the last commit before the first owed one. */
  readonly confirmedLsn: Lsn
  /** Of the cluster that the slot was made on (`pg_control_system()`), text. */
  readonly systemIdentifier: string
}

/** Progress of the first copy of a public schema's existing rows. */
export interface BackfillState {
  readonly schema: string
  readonly source: string
  /** Changes with SQL and key; another one asks for another backfill. */
  readonly definitionHash: string
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
