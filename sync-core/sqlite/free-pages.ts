import type { StoreConnection } from './store-connection.ts'

/** Above this, making an old file able to shrink would hold the start for more than some seconds. */
const rewriteBytes = 256 * 1024 * 1024
/** Free pages are the next events' place: only what is far more than that is given back. */
const keptShare = 5
const keptPages = 512
/** About a millisecond each. */
const pagesPerStep = 64

/**
 * Files of the first version cannot give pages back. A small one is rewritten once so that it can; in a large one
 * pages that become free are used again, and it stays as large as it was.
 */
export function makeShrinkable({ database }: StoreConnection): void {
  if (database.pragma('auto_vacuum', { simple: true }) === 2) return
  if (pagesOf(database) * pageBytesOf(database) > rewriteBytes) return
  try {
    database.pragma('auto_vacuum = incremental')
    database.exec('vacuum')
  } catch {
    // Without space for a second copy it goes on as it is; the next start tries again.
  }
}

/** Bytes of the pages that hold something. */
export function usedBytes({ database }: StoreConnection): number {
  return (pagesOf(database) - freePagesOf(database)) * pageBytesOf(database)
}

/** Gives free pages at the file's end back to the disk for about `budgetMs`. Returns whether there are more. */
export function shrinkFile(store: StoreConnection, budgetMs: number): boolean {
  const { database, stage } = store
  const until = performance.now() + budgetMs
  const tooMany = () => freePagesOf(database) > pagesOf(database) / keptShare + keptPages
  if (database.pragma('auto_vacuum', { simple: true }) !== 2) return false
  while (tooMany()) {
    if (performance.now() > until) return true
    stage(() => database.pragma(`incremental_vacuum(${pagesPerStep})`))
  }
  return false
}

function pagesOf(database: StoreConnection['database']): number {
  return Number(database.pragma('page_count', { simple: true }))
}

function freePagesOf(database: StoreConnection['database']): number {
  return Number(database.pragma('freelist_count', { simple: true }))
}

function pageBytesOf(database: StoreConnection['database']): number {
  return Number(database.pragma('page_size', { simple: true }))
}
