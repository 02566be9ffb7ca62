import { closeSync, fdatasync, openSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import type { FailureError } from '../domain/failure.ts'
import { notOnDisk } from './store-failure.ts'

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
  /** SQLite's own wait was refused, which counts as much. */
  refuse(failure: FailureError): void
  /** The disk has never refused. */
  readonly isTrusted: boolean
  /** Throws once the disk has refused. */
  requireTrust(): void
  close(): void
}

export function openDiskWait({ name }: Database): DiskWait {
  let file: number | undefined
  let refused: FailureError | undefined
  let waiting = 0
  let isClosed = false
  /** Never rejects. */
  let underWay: Promise<void> = Promise.resolve()
  let following: Promise<void> | undefined

  const closeFile = (): void => {
    // Not under a wait: by then the number may be somebody else's file.
    if (!isClosed || waiting > 0 || file === undefined) return
    closeSync(file)
    file = undefined
  }

  const wait = (): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      // The file is there from the first commit on, and the same one until the database is closed.
      file ??= openSync(`${name}-wal`, 'r+')
      fdatasync(file, (error) => (error === null ? resolve() : reject(error)))
    })
      .catch((error: unknown) => {
        refused ??= notOnDisk(error)
      })
      .finally(() => {
        waiting -= 1
        closeFile()
      })

  /** One at a time: of two at once, only one is told that the disk refused. Who comes meanwhile shares the next. */
  const begin = (): Promise<void> => {
    waiting += 1
    return underWay.then(() => {
      following = undefined
      underWay = wait()
      return underWay
    })
  }

  const requireTrust = (): void => {
    if (refused !== undefined) throw refused
  }

  return {
    async settled() {
      following ??= begin()
      await following
      // Whatever it said itself: a disk that has refused once may be content the next time, and have written nothing.
      requireTrust()
    },
    refuse(failure) {
      refused ??= failure
    },
    get isTrusted() {
      return refused === undefined
    },
    requireTrust,
    close() {
      isClosed = true
      closeFile()
    },
  }
}
