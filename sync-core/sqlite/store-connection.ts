import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'
import { type DiskReserve, keepDiskReserve } from './disk-reserve.ts'
import { openDiskWait } from './disk-wait.ts'
import { damagedStore, isRefusedSync, toStoreFailure } from './store-failure.ts'

/** The writing connection. Everything that touches the file goes through `read` or `write`, so that no foreign error escapes. */
export interface StoreConnection {
  readonly database: Database.Database
  readonly reserve: DiskReserve
  /** What an error of this file stands for; gives up the reserve when the disk is full. */
  failing(error: unknown, act: 'read' | 'write'): unknown
  /** Runs in one read transaction: all statements see one state, and the file is locked once instead of per statement. */
  read<Result>(act: () => Result): Result
  /** Runs in one transaction, on disk when it returns, undone when it throws. Within another one it is a part of that. */
  write<Result>(act: () => Result): Result
  /**
   * Runs in one transaction that need not be on disk yet: nothing depends on it before a later `write`, whose wait for
   * the disk covers everything written before it, or before `settled`.
   */
  stage<Result>(act: () => Result): Result
  /** Resolves once everything written by now is on disk. Rejects with a FailureError, and then nothing can be written any more. */
  settled(): Promise<void>
  /** Throws a FailureError once the disk has refused: whoever moves pages of the log asks before. */
  requireTrust(): void
  close(): void
}

const cacheKiB = 32 * 1024
/** The upper bound if nobody calls `checkpoint`; a commit that reaches it pays for moving so many pages. */
const autoCheckpointPages = 16_384
const keptWalBytes = 64 * 1024 * 1024
const pageBytes = 4_096

/** The file's place in a state folder. */
export function storePath(stateDir: string): string {
  return join(stateDir, 'events.db')
}

/**
 * Opens or makes the file, for its owner only, and checks that commits will wait for the disk.
 * Throws a FailureError of kind `store` or `disk-full`.
 */
export function openStoreConnection(stateDir: string): StoreConnection {
  const database = open(stateDir)
  const reserve = keepDiskReserve(stateDir)
  const begin = { read: database.prepare('begin'), write: database.prepare('begin immediate') }
  const commit = database.prepare('commit')
  const rollback = database.prepare('rollback')
  const diskWait = openDiskWait(database)

  const failing = (error: unknown, act: 'read' | 'write'): unknown => {
    const failure = toStoreFailure(error, act)
    if (!(failure instanceof FailureError)) return failure
    if (failure.failure.kind === 'disk-full') reserve.release()
    if (isRefusedSync(error)) diskWait.refuse(failure)
    return failure
  }
  const run = <Result>(mode: 'read' | 'write', act: () => Result): Result => {
    if (database.inTransaction) return act()
    try {
      begin[mode].run()
      const result = act()
      commit.run()
      return result
    } catch (error) {
      // SQLite has already rolled back by itself after some failures, a full disk among them.
      if (database.inTransaction) rollback.run()
      throw failing(error, mode)
    }
  }
  // As `configure` leaves it. Changed only when the other one is wanted: it costs more than a small transaction.
  let waits = true
  const runWaiting = <Result>(wanted: boolean, act: () => Result): Result => {
    if (database.inTransaction) return act()
    diskWait.requireTrust()
    if (wanted !== waits) {
      // In this order: in doubt it waits.
      if (wanted) requireFullSync(database)
      waits = wanted
      if (!wanted) database.pragma('synchronous = normal')
    }
    return run('write', act)
  }
  return {
    database,
    reserve,
    failing,
    read: (act) => run('read', act),
    write: (act) => runWaiting(true, act),
    stage: (act) => runWaiting(false, act),
    settled: diskWait.settled,
    requireTrust: diskWait.requireTrust,
    close() {
      diskWait.close()
      if (diskWait.isTrusted) database.close()
      else closeAsItIs(database)
    },
  }
}

/**
 * The last one to close moves the log into the file. Not out of pages that no disk has: a cut meanwhile would leave a file
 * that fits its log no more. Another one, who cannot write, is the last instead; the next start reads the log.
 */
function closeAsItIs(database: Database.Database): void {
  if (!database.open) return
  const last = new Database(database.name, { readonly: true })
  try {
    // Takes its lock.
    last.prepare('select 1 from sqlite_schema').get()
    database.close()
  } finally {
    last.close()
  }
}

function open(stateDir: string): Database.Database {
  let database: Database.Database | undefined
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    const path = storePath(stateDir)
    database = new Database(path, { timeout: 5_000 })
    // SQLite gives the -wal and -shm files the rights of the main file.
    chmodSync(path, 0o600)
    configure(database)
    return database
  } catch (error) {
    database?.close()
    throw toStoreFailure(error, 'open')
  }
}

function configure(database: Database.Database): void {
  // Both only take effect in a new file. Smaller pages would make random keys cheaper and long payloads dearer.
  database.pragma(`page_size = ${pageBytes}`)
  database.pragma('auto_vacuum = incremental')
  if (database.pragma('journal_mode = wal', { simple: true }) !== 'wal') {
    throw damagedStore('its file system does not allow a write-ahead log')
  }
  requireFullSync(database)
  database.pragma(`cache_size = -${cacheKiB}`)
  database.pragma(`wal_autocheckpoint = ${autoCheckpointPages}`)
  database.pragma(`journal_size_limit = ${keptWalBytes}`)
}

/**
 * In WAL mode `synchronous` comes back as NORMAL after reopening (it is a property of the connection, and of the way
 * SQLite was built), and NORMAL loses commits that have already been confirmed to the source. So: set, and looked at.
 */
function requireFullSync(database: Database.Database): void {
  database.pragma('synchronous = full')
  if (database.pragma('synchronous', { simple: true }) !== 2) {
    throw damagedStore('SQLite does not wait for the disk (synchronous is not FULL)')
  }
}
