import { execFileSync } from 'node:child_process'
import { close as closeFile, closeSync, mkdtempSync, open, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * From now on this process waits for the disk for as long as one likes: every thread on which it would wait is busy with
 * a pipe that nobody writes. Sockets go on, but for new connections that need a password.
 *
 * @returns what lets the disk answer; resolves once the threads are free
 */
export function holdDisk(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-slow-disk-'))
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4)
  const opened = Array.from({ length: threads }, () => {
    return new Promise<number>((resolve, reject) => {
      open(pipe, 'r', (error, file) => (error === null ? resolve(file) : reject(error)))
    })
  })
  return async () => {
    // Waits for a reader, as each of them waits for a writer.
    const writer = openSync(pipe, 'w')
    for (const file of await Promise.all(opened)) closeFile(file, () => undefined)
    closeSync(writer)
    rmSync(folder, { recursive: true })
  }
}
