import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Counters } from './counters.ts'
import type { StoreConnection } from './store-connection.ts'
import { damagedStore, toStoreFailure } from './store-failure.ts'

/**
 * The last offset that was stored, in a small file beside the store.
 *
 * SQLite opens a file whose write-ahead log was deleted or cut short as if what stood there had never been. Whoever
 * goes on from there gives the same offsets to other events. The mark is written after each closing row and without
 * waiting for the disk: it may be behind the store after a power cut, which says nothing, and is never ahead of it.
 */
export interface StoredMark {
  move(offset: number): void
  close(): void
}

export interface Mark {
  readonly uuid: string
  readonly offset: number
}

/** Of one width, so that it is written over in place. */
const digits = 16

/** Throws a FailureError of kind `store` when there has been a store in this folder and its file is gone or empty. */
export function refuseLostFile(stateDir: string, fileBytes: number | undefined): void {
  if (fileBytes !== undefined && fileBytes > 0) return
  if (readMark(stateDir) === undefined) return
  throw damagedStore(fileBytes === undefined ? 'its file is gone' : 'its file is empty')
}

/** Throws a FailureError of kind `store` for a file that has no tables where there has been a store: all of it was in its log. */
export function refuseBareFile(stateDir: string, { database, read }: StoreConnection): void {
  const isBare = read(() => database.prepare('select 1 from sqlite_master').get()) === undefined
  if (isBare && readMark(stateDir) !== undefined) throw damagedStore('its write-ahead log is gone')
}

/** Throws a FailureError of kind `store` when this file is not the one that was marked, or has lost its end. */
export function openStoredMark(stateDir: string, counters: Counters): StoredMark {
  const mark = readMark(stateDir)
  const last = counters.nextOffset - 1
  if (mark !== undefined && mark.uuid !== counters.uuid)
    throw damagedStore('its file is not the one that was here before')
  if (mark !== undefined && mark.offset > last) {
    throw damagedStore(`it ends at offset ${last}, and ${mark.offset} had been stored: its write-ahead log is gone`)
  }
  const file = open(stateDir)
  const write = (offset: number) => {
    writeSync(file, `${counters.uuid} ${String(offset).padStart(digits, '0')}\n`, 0)
  }
  write(last)
  let marked = last
  let isClosed = false
  return {
    move: (offset) => {
      // Waits for the disk may end in another order than they began.
      if (offset <= marked) return
      try {
        write(offset)
        marked = offset
      } catch {
        // The events are on disk. A mark that stays behind notices less, and must not undo what is stored.
      }
    },
    close: () => {
      // A number that is closed twice may be somebody else's file by then.
      if (!isClosed) closeSync(file)
      isClosed = true
    },
  }
}

export function markPath(stateDir: string): string {
  return join(stateDir, 'events.mark')
}

function open(stateDir: string): number {
  try {
    return openSync(markPath(stateDir), constants.O_RDWR | constants.O_CREAT, 0o600)
  } catch (error) {
    throw toStoreFailure(error, 'open')
  }
}

/** What cannot be read says nothing. */
export function readMark(stateDir: string): Mark | undefined {
  try {
    const [, uuid, offset] = /^([0-9a-f-]{36}) ([0-9]+)\n/.exec(readFileSync(markPath(stateDir), 'utf8')) ?? []
    return uuid === undefined ? undefined : { uuid, offset: Number(offset) }
  } catch {
    return undefined
  }
}
