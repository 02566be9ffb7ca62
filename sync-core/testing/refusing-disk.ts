import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * From now on the disk refuses when this process waits for a file of its own (Linux): in the place of the open file is one
 * for which the kernel really answers `fdatasync` with an error. What is written through it is gone.
 *
 * @param whose of the event store's log, the one that SQLite has open or the engine's own beside it
 * @returns what lets the disk take everything again, as the kernel does once it has told of a loss
 */
export function refuseDisk(path: string, whose: 'sqlite' | 'engine'): () => void {
  const file = openFiles(path).find((one) => isSqlite(one) === (whose === 'sqlite'))
  if (file === undefined) throw new Error(`Cannot refuse the disk: ${whose} has not opened ${path}`)
  exchange(file, '/dev/null')
  return () => exchange(file, path)
}

const openFilesFolder = '/proc/self/fd'

function openFiles(path: string): readonly number[] {
  const numbers = readdirSync(openFilesFolder).map(Number)
  return numbers.filter((number) => {
    try {
      return readlinkSync(`${openFilesFolder}/${number}`) === path
    } catch {
      // The folder itself was open while it was read.
      return false
    }
  })
}

/** SQLite follows no symbolic links. */
function isSqlite(file: number): boolean {
  const [, flags = '0'] = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${file}`, 'utf8')) ?? []
  return (Number.parseInt(flags, 8) & constants.O_NOFOLLOW) !== 0
}

/** The lowest number that is free is the next one given: until it is this one, the others are taken. */
function exchange(file: number, path: string): void {
  closeSync(file)
  const lower: number[] = []
  let opened = openSync(path, constants.O_RDWR)
  for (; opened < file; opened = openSync(path, constants.O_RDWR)) lower.push(opened)
  for (const one of lower) closeSync(one)
  if (opened !== file) throw new Error(`Cannot open ${path} as ${file}: it became ${opened}`)
}
