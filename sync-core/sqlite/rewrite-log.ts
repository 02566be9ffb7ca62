import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs'
import { toStoreFailure } from './store-failure.ts'

const stepBytes = 1024 * 1024

/**
 * Writes the log that a former process has left once more over itself, and waits for the disk. Nothing to do where it is
 * gone, as after every ordinary end. Throws a FailureError of kind `store` or `disk-full`.
 *
 * When a disk refuses, the kernel says so once; it may then hold the pages for written, and goes on handing them out. SQLite
 * would find the log whole, and its next wait for the disk would have nothing to write: what no disk has would be
 * confirmed to the source. Written again, it is on disk, or refused again. It is the same bytes in the same places, so that
 * a cut in between changes nothing, and no reader notices.
 */
export function rewriteLog(storePath: string): void {
  let file: number | undefined
  try {
    file = openSync(`${storePath}-wal`, 'r+')
    const bytes = Buffer.alloc(stepBytes)
    for (let place = 0; ; ) {
      const length = readSync(file, bytes, 0, stepBytes, place)
      if (length === 0) break
      for (let written = 0; written < length; ) {
        written += writeSync(file, bytes, written, length - written, place + written)
      }
      place += length
    }
    fdatasyncSync(file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw toStoreFailure(error, 'open')
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
