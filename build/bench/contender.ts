import type { TestDatabase } from '../../sync-core/testing/test-database.ts'

export type ContenderName = 'native' | 'rejot'

/** A way to bring what is in a source to its destinations. Each has databases of its own, on the same two servers. */
export interface Contender {
  readonly name: ContenderName
  readonly source: TestDatabase
  readonly destinations: readonly TestDatabase[]
  /** By which it follows the source. */
  readonly slotNames: readonly string[]
  /** Begins to follow, the first time with a copy of what is there; resolves once rows that are written now would arrive. */
  start(): Promise<void>
  /** Stops following and leaves everything so that the next `start` goes on. */
  stop(): Promise<void>
  /** Stops, and forgets and empties everything, so that the next `start` copies all rows again. */
  forget(): Promise<void>
  /** A process of its own begins anew, so that what is measured of it belongs to what comes. It follows afterwards. */
  renew(): Promise<void>
  /** Its own process; `undefined` where it lives inside the servers. */
  enginePid(): number | undefined
  /** What its store has written up to now; `undefined` where it has none. */
  storeWrites(): Promise<StoreWrites | undefined>
  dispose(): Promise<void>
}

export interface StoreWrites {
  /** Events ever stored. */
  readonly events: number
  /** Transactions of the store that have waited for the disk since its process began. */
  readonly closings: number
}
