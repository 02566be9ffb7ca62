import type { ServerIdentity, SourceCheckpoint } from '../domain/checkpoint.ts'
import { type Lsn, maxLsn } from '../domain/lsn.ts'
import type { KeySlice } from './key-slice.ts'

/** A transaction that has been read but that no snapshot has seen yet. */
export interface OwedTransaction {
  readonly xid: number
  readonly commitLsn: Lsn
  /** The end of the last commit before it: the slot must not move past here while it is owed. */
  readonly endBefore: Lsn
  readonly keys: KeySlice
  /** Public schemas, by place, of which it truncated a table. */
  readonly truncated: ReadonlySet<number>
  /** ms since 1970. */
  readonly receivedAt: number
}

/** How far a source has been read, between epochs. */
export interface SourceProgress {
  readonly throughLsn: Lsn
  /** The end of the last commit that was read. */
  readonly endLsn: Lsn
  readonly owed: readonly OwedTransaction[]
  /** Commit LSNs that were owed when the engine stopped and have not come again yet. */
  readonly awaited: ReadonlySet<Lsn>
}

export function progressOf(checkpoint: SourceCheckpoint): SourceProgress {
  return {
    throughLsn: checkpoint.throughLsn,
    endLsn: checkpoint.confirmedLsn,
    owed: [],
    awaited: new Set(checkpoint.owed),
  }
}

/**
 * What to do with a transaction that the stream delivers: one at or below the checkpoint is in the event store
 * already, unless it was owed.
 */
export function isKnown(progress: SourceProgress, commitLsn: Lsn): boolean {
  return commitLsn <= progress.throughLsn && !progress.awaited.has(commitLsn)
}

/**
 * The checkpoint of a progress. Confirmed is never past a commit that is still owed: on a crash it comes again.
 *
 * @param confirmed what has been confirmed before; it does not go back
 */
export function checkpointOf(
  progress: SourceProgress,
  confirmed: Lsn,
  source: string,
  server: ServerIdentity,
): SourceCheckpoint {
  const bound = progress.awaited.size > 0 ? confirmed : (progress.owed[0]?.endBefore ?? progress.endLsn)
  return {
    source,
    server,
    throughLsn: progress.throughLsn,
    owed: [...progress.awaited, ...progress.owed.map((transaction) => transaction.commitLsn)],
    confirmedLsn: maxLsn(confirmed, bound),
  }
}
