import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { FailureError } from '../domain/failure.ts'
import type { BodyStart, WantedColumn } from './decode-pgoutput.ts'
import { thinChange } from './thin-change.ts'

/** Held in memory of each transaction; the rest is on disk. */
const blockBytes = 256 * 1024
const lengthBytes = 4

/**
 * Messages of one transaction that is still open, in order. A small one stays in memory, a large one goes to a file, so
 * that memory does not grow with it. Nothing of it outlives the process: the server sends it again.
 *
 * A full disk is a FailureError of kind `disk-full`, to be retried.
 */
export interface TransactionSpool {
  /** Keeps a message; of a row change only the wanted values. */
  add(message: Buffer, wanted: readonly WantedColumn[] | undefined): void
  /** The messages. Each is valid until the next one is asked for. */
  messages(): Iterable<Buffer>
  /** Forgets everything. */
  remove(): void
}

/** @param path of the file, should one be needed; it must not exist */
export function createTransactionSpool(path: string, body: BodyStart): TransactionSpool {
  let block = Buffer.allocUnsafe(blockBytes)
  let used = 0
  let file: number | undefined
  let fileBytes = 0

  const write = (bytes: Buffer): void => {
    try {
      file ??= openSync(path, 'wx+', 0o600)
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, fileBytes + done)
      fileBytes += bytes.length
    } catch (error) {
      throw spoolFailure(error)
    }
  }

  const flush = (): void => {
    if (used > 0) write(block.subarray(0, used))
    used = 0
  }

  const put = (target: Buffer, at: number, message: Buffer, wanted: readonly WantedColumn[] | undefined): number => {
    const start = at + lengthBytes
    const end =
      wanted === undefined ? start + message.copy(target, start) : thinChange(message, body, wanted, target, start)
    target.writeUInt32BE(end - start, at)
    return end
  }

  return {
    add(message, wanted) {
      const room = lengthBytes + message.length
      if (used + room > block.length) flush()
      if (room <= block.length) used = put(block, used, message, wanted)
      else {
        const large = Buffer.allocUnsafe(room)
        write(large.subarray(0, put(large, 0, message, wanted)))
      }
    },
    *messages() {
      if (file !== undefined) yield* readMessages(file, fileBytes)
      for (let at = 0; at < used; ) {
        const start = at + lengthBytes
        at = start + block.readUInt32BE(at)
        yield block.subarray(start, at)
      }
    },
    remove() {
      block = Buffer.alloc(0)
      used = 0
      if (file === undefined) return
      closeSync(file)
      file = undefined
      rmSync(path, { force: true })
    },
  }
}

function* readMessages(file: number, fileBytes: number): Generator<Buffer> {
  let block = Buffer.allocUnsafe(blockBytes)
  let held = 0
  let position = 0
  while (position < fileBytes) {
    const wanted = Math.min(block.length - held, fileBytes - position)
    const read = readSync(file, block, held, wanted, position)
    if (read === 0) throw new Error('Cannot read back an open transaction: its file is shorter than what was written')
    position += read
    held += read
    let at = 0
    while (held - at >= lengthBytes) {
      const start = at + lengthBytes
      const end = start + block.readUInt32BE(at)
      if (end > held) break
      yield block.subarray(start, end)
      at = end
    }
    // A message that is larger than the block gets a block of its own.
    const missing = held - at >= lengthBytes ? lengthBytes + block.readUInt32BE(at) : 0
    const next = missing > block.length ? Buffer.allocUnsafe(missing) : block
    held = block.copy(next, 0, at, held)
    block = next
  }
}

function spoolFailure(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EFBIG') return error
  return new FailureError(
    {
      kind: 'disk-full',
      policy: 'retry',
      object: 'the state folder',
      message: 'Cannot keep a large open transaction of the source: the disk is full',
      solution: 'Make room where the state folder is; it goes on by itself, and nothing is lost.',
    },
    error,
  )
}
