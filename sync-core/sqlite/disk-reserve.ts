import { randomBytes } from 'node:crypto'
import { existsSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FailureError } from '../domain/failure.ts'
import { toStoreFailure } from './store-failure.ts'

/**
 * Space that is kept for the moment in which the disk is full.
 *
 * It is given up at the first write that finds no space, so that dead letters, pauses and the undoing of what is half
 * written still can be. Events are not stored again before it is back: a disk with a few free bytes would otherwise
 * refuse every other epoch.
 */
export interface DiskReserve {
  /** Throws a FailureError of kind `disk-full` while it cannot be had. Costs nothing while it is there. */
  require(): void
  release(): void
}

const reserveBytes = 4 * 1024 * 1024

/** A store on a disk that is full already opens without it. */
export function keepDiskReserve(stateDir: string): DiskReserve {
  const path = join(stateDir, 'reserve')
  let isThere = existsSync(path)

  const fill = () => {
    const filling = `${path}.filling`
    try {
      // Bytes that no file system makes smaller; twice as many, so that room for events is left beside it.
      writeFileSync(filling, randomBytes(2 * reserveBytes), { mode: 0o600 })
      truncateSync(filling, reserveBytes)
      renameSync(filling, path)
      isThere = true
    } catch (error) {
      rmSync(filling, { force: true })
      throw toStoreFailure(error, 'write')
    }
  }

  const reserve: DiskReserve = {
    require: () => {
      if (!isThere) fill()
    },
    release: () => {
      if (!isThere) return
      isThere = false
      rmSync(path, { force: true })
    },
  }
  try {
    reserve.require()
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.kind !== 'disk-full') throw error
  }
  return reserve
}
