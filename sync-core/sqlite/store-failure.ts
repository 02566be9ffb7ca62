import Database from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'

const diskFullCodes: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  // The shared-memory file cannot grow: this, too, is a disk without space.
  'SQLITE_IOERR_SHMSIZE',
  'ENOSPC',
  'EDQUOT',
  // A limit on the size of files.
  'EFBIG',
])

/** SQLite's own wait for the disk. */
const refusedSyncCodes: ReadonlySet<string> = new Set(['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC'])

const damagedCodes = ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'SQLITE_FORMAT'] as const

/**
 * The failure that a foreign error of SQLite or of the file system stands for, `cause` kept; anything else comes back
 * as it is, because it is a bug. The file's path is left out: a failure may be shown to others than its owner.
 */
export function toStoreFailure(error: unknown, act: 'open' | 'read' | 'write'): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  if (diskFullCodes.has(code)) return diskFull(error)
  if (refusedSyncCodes.has(code)) return notOnDisk(error)
  if (damagedCodes.some((damaged) => code.startsWith(damaged))) return damagedStore('its file is damaged', error)
  return new FailureError(
    {
      kind: 'store',
      policy: 'halt',
      object: 'event store',
      message: `Cannot ${act} the event store: the file system or SQLite refused (${code})`,
      solution:
        'Check that the state folder exists, that its disk works and that this user may write there, then start again.',
    },
    error,
  )
}

/** Whether the disk did not take what SQLite had written. */
export function isRefusedSync(error: unknown): boolean {
  return refusedSyncCodes.has(codeOf(error) ?? '')
}

/** Not `disk-full`, whatever the code: what was written may be gone already, and cannot be written again from here. */
export function notOnDisk(cause: unknown): FailureError {
  return new FailureError(
    {
      kind: 'store',
      policy: 'halt',
      object: 'event store',
      message: `Cannot write the event store: its disk did not take what was written (${codeOf(cause) ?? 'unknown'})`,
      solution: 'Check the disk of the state folder, then start again: it goes on from what is on the disk.',
    },
    cause,
  )
}

/** What is said of a file whose content cannot be believed. */
export function damagedStore(state: string, cause?: unknown): FailureError {
  return new FailureError(
    {
      kind: 'store',
      policy: 'halt',
      object: 'event store',
      message: `Cannot use the event store: ${state}`,
      solution:
        'Put back a copy of the state folder, or run "rejot rebuild-store": it sets the damaged files aside, and all rows are copied again.',
    },
    cause,
  )
}

function diskFull(cause: unknown): FailureError {
  return new FailureError(
    {
      kind: 'disk-full',
      policy: 'retry',
      object: 'event store',
      message: 'Cannot write the event store: the disk is full',
      solution: 'Free some space on the disk of the state folder; work goes on by itself.',
    },
    cause,
  )
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof Database.SqliteError) return error.code
  if (error instanceof Error && 'code' in error && 'syscall' in error && typeof error.code === 'string')
    return error.code
  return undefined
}
