import { closeSync, fdatasync, openSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'

/**
 * Waits for the disk beside the loop. It is SQLite's own wait, `fdatasync` of its write-ahead log, on a thread: there it takes
 * milliseconds in which the source is read and destinations are written.
 */
export interface DiskWait {
  /**
   * Resolves once all that has been committed by now is on disk. Rejects with a FailureError when the disk refuses;
   * what it then holds nobody knows, so it is refused for ever.
   */
  settled(): Promise<void>
  /** Throws once the disk has refused. */
  requireTrust(): void
  close(): void
}

export function openDiskWait({ name }: Database): DiskWait {
  let file: number | undefined
  let refused: FailureError | undefined
  let waiting = 0
  let isClosed = false

  const closeFile = (): void => {
    // Not under a wait: by then the number may be somebody else's file.
    if (!isClosed || waiting > 0 || file === undefined) return
    closeSync(file)
    file = undefined
  }
  const end = (error: Error | null): void => {
    waiting -= 1
    if (error !== null) refused ??= notOnDisk(error)
    closeFile()
  }

  return {
    settled() {
      // The file is there from the first commit on, and the same one until the database is closed.
      file ??= openSync(`${name}-wal`, 'r+')
      const log = file
      waiting += 1
      return new Promise((resolve, reject) => {
        fdatasync(log, (error) => {
          end(error)
          if (refused === undefined) resolve()
          else reject(refused)
        })
      })
    },
    requireTrust() {
      if (refused !== undefined) throw refused
    },
    close() {
      isClosed = true
      closeFile()
    },
  }
}

/** Not `disk-full`, whatever the code: what was written may be gone already, and cannot be written again from here. */
function notOnDisk(error: NodeJS.ErrnoException): FailureError {
  return new FailureError(
    {
      kind: 'store',
      policy: 'halt',
      object: 'event store',
      message: `Cannot write the event store: its disk did not take what was written (${error.code ?? 'unknown'})`,
      solution: 'Check the disk of the state folder, then start again: it goes on from what is on the disk.',
    },
    error,
  )
}
