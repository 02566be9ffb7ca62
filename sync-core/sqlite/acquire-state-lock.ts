import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'
import { toStoreFailure } from './store-failure.ts'

export interface StateLock {
  release(): void
}

/**
 * Makes this process the only engine of a state folder until `release` or its end, however it ends.
 *
 * The lock is SQLite's own lock on a file that holds nothing: the operating system frees it with the process, on all
 * three systems, which a file with a process id in it cannot promise. The id beside it is only for the message.
 * Throws a FailureError of kind `state-in-use`, or `store` when the folder cannot be written.
 */
export function acquireStateLock(stateDir: string): StateLock {
  const pidPath = join(stateDir, 'engine.pid')
  let database: Database.Database | undefined
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    const path = join(stateDir, 'engine.lock')
    database = new Database(path, { timeout: 0 })
    chmodSync(path, 0o600)
    database.pragma('locking_mode = exclusive')
    database.exec('begin exclusive')
    writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    database?.close()
    throw isBusy(error) ? stateInUse(pidPath, error) : toStoreFailure(error, 'open')
  }
  const held = database
  return {
    release: () => {
      held.close()
    },
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function stateInUse(pidPath: string, cause: unknown): FailureError {
  const pid = readPid(pidPath)
  const owner = pid === undefined ? 'another process' : `process ${pid}`
  return new FailureError(
    {
      kind: 'state-in-use',
      policy: 'halt',
      object: 'state folder',
      message: `Cannot use the state folder: ${owner} is using it`,
      solution: `Stop ${owner}, or choose another state folder.`,
    },
    cause,
  )
}

function readPid(pidPath: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidPath, 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    // Written just after the lock is taken: it may not be there yet, and nothing but the sentence depends on it.
    return undefined
  }
}
