import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'

/** A socket's address holds 104 bytes on macOS and 108 on Linux, with the zero at its end. */
const longestPathBytes = 100

/**
 * Where the engine of a state folder listens: in the folder itself; in a folder of this user in the system's temporary
 * one when that path would be too long; a named pipe on Windows. The same for everybody who names the same folder.
 */
export function socketPath(stateDir: string, platform: NodeJS.Platform = process.platform): string {
  const folder = realPath(stateDir)
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 24)
  if (platform === 'win32') return `\\\\.\\pipe\\rejot-${name}`
  const inside = join(folder, 'engine.sock')
  if (Buffer.byteLength(inside) <= longestPathBytes) return inside
  return join(tmpdir(), `rejot-${userInfo().uid}`, `${name}.sock`)
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return resolve(folder)
  }
}
