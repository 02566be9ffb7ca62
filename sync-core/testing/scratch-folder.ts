import { randomBytes } from 'node:crypto'
import { chownSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, stopLeftoverServer } from './leftover-server.ts'
import type { ServerUser } from './server-user.ts'

/**
 * Our own folder in the system's temporary folder: templates, copied binaries, the data of servers under way.
 * Throws when somebody else made it: what we run from there could be theirs.
 */
export function scratchFolder(): string {
  const uid = process.getuid?.()
  const folder = join(tmpdir(), `rejot-postgres-${uid ?? 'user'}`)
  // Root's servers run as another user, who has to get through.
  mkdirSync(folder, { recursive: true, mode: uid === 0 ? 0o755 : 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || (uid !== undefined && found.uid !== uid)) {
    throw new Error(`Cannot use ${folder}: it belongs to somebody else`)
  }
  return folder
}

/** A new folder for one server, which the server's user owns. Its name begins with our process id, for the sweep. */
export function newRunFolder(user: ServerUser | undefined): string {
  const folder = join(runsFolder(), `${process.pid}-${randomBytes(6).toString('hex')}`)
  mkdirSync(folder, { mode: 0o700 })
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  return folder
}

/** Stops and deletes what processes that are no more have left behind. Returns how many servers' folders that were. */
export async function sweepDeadRuns(): Promise<number> {
  const runs = runsFolder()
  const dead = readdirSync(runs).filter((name) => !isAlive(Number.parseInt(name, 10)))
  for (const name of dead) {
    await stopLeftoverServer(join(runs, name, 'data'), 'immediate')
    rmSync(join(runs, name), { recursive: true, force: true, maxRetries: 3 })
  }
  return dead.length
}

function runsFolder(): string {
  const folder = join(scratchFolder(), 'run')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return folder
}
