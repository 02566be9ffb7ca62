import type { SourceSession, SourceSnapshot } from '../domain/source.ts'

/** The snapshot of an epoch, which can be exchanged for a later one. Its LSN stays that of the first. */
export interface RenewableSnapshot extends SourceSnapshot {
  /**
   * Closes the snapshot under way, throwing what `close` throws, and takes a later one. Nothing may be under way. Rows
   * read before and after may be ahead of one another.
   */
  renew(): Promise<void>
}

/**
 * An open snapshot keeps the source's vacuum from every row that is deleted meanwhile. So an epoch that takes long, one
 * transaction of many millions of rows, goes on in a later snapshot: what is visible in one is visible in all after it.
 */
export async function openRenewableSnapshot(session: SourceSession): Promise<RenewableSnapshot> {
  const first = await session.openSnapshot()
  let current = first
  return {
    lsn: first.lsn,
    settled: first.settled,
    sees: (xid) => current.sees(xid),
    project: (...asked) => current.project(...asked),
    projectVersions: (...asked) => current.projectVersions(...asked),
    walk: (...asked) => current.walk(...asked),
    estimateRows: (...asked) => current.estimateRows(...asked),
    expectClose: () => current.expectClose(),
    close: () => current.close(),
    async renew() {
      await current.close()
      current = await session.openSnapshot()
    },
  }
}
