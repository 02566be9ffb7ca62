import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type StopMode, stopSignals } from './stop-mode.ts'

const fastPatienceMs = 15_000
const immediatePatienceMs = 15_000

/**
 * Ends the server that still runs in a data folder, if any, and removes the lock file that a dead one left.
 *
 * Postgres overwrites a lock file whose process is gone, but refuses to start when that process id belongs to any
 * other process of the same user by now. So whose it is is looked up, and a stranger is never signalled.
 * Throws when the server does not go.
 */
export async function stopLeftoverServer(dataDir: string, mode: StopMode): Promise<void> {
  const pid = runningServer(dataDir)
  if (pid === undefined) {
    rmSync(lockFile(dataDir), { force: true })
    return
  }
  trySignal(pid, mode)
  if (await isGone(dataDir, pid, fastPatienceMs)) return
  trySignal(pid, 'immediate')
  if (await isGone(dataDir, pid, immediatePatienceMs)) return
  throw new Error(`Cannot stop the Postgres server in ${dataDir}: process ${pid} does not end`)
}

/** Process id of the server that runs in this data folder, as its lock file and the process itself say. */
export function runningServer(dataDir: string): number | undefined {
  const file = lockFile(dataDir)
  if (!existsSync(file)) return undefined
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return isAlive(pid) && commandOf(pid).includes(dataDir) ? pid : undefined
}

/** Whether a process of that id exists, ours or not. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function lockFile(dataDir: string): string {
  return join(dataDir, 'postmaster.pid')
}

function trySignal(pid: number, mode: StopMode): void {
  try {
    process.kill(pid, stopSignals[mode])
  } catch {
    // It ended in between, which is what was wanted.
  }
}

/** Polls: a process that is not our child gives no signal when it ends. */
async function isGone(dataDir: string, pid: number, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs
  while (performance.now() < end) {
    if (runningServer(dataDir) !== pid) return true
    await pause(20)
  }
  return false
}

/** Empty for a zombie and for a process that ended in between. */
function commandOf(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'command=', '-p', `${pid}`], { encoding: 'utf8' })
    const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`
    return execFileSync('powershell', ['-NoProfile', '-Command', query], { encoding: 'utf8' })
  } catch {
    return ''
  }
}
