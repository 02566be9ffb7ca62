import type { TestDatabase } from '../../sync-core/testing/test-database.ts'

/** A way to bring rows of `item` in the source into `item` of a database of its own. */
export interface Contender {
  readonly name: string
  /** Table of the source that only it follows. */
  readonly table: string
  /** By which it follows the source. */
  readonly slotName: string
  readonly destination: TestDatabase
  /** Begins to follow; resolves once rows that are written now would arrive. */
  start(): Promise<void>
  /** Stops following and leaves everything so that the next `start` goes on. */
  stop(): Promise<void>
  /** Highest resident memory of its own process in bytes; `undefined` where it lives inside the servers. */
  peakMemoryBytes(): number | undefined
  dispose(): Promise<void>
}

export const itemColumns = `id int primary key, name text not null, amount numeric(12,2) not null, note text, changed_at timestamptz not null`

/** Rows `from` … `to` of the same, ordinary kind: about 100 bytes. */
export function itemRows(from: number | string, to: number | string): string {
  return `select g, 'item ' || g, (g % 10000)::numeric / 100, 'a note of some words about item ' || g, now() from generate_series(${from}, ${to}) g`
}
