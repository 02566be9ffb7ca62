import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isAlive, runningServer, stopLeftoverServer } from './leftover-server.ts'

/** Makes this process the owner of a data folder that is kept. Throws when another one runs a server there. */
export async function claimKeptData(dataDir: string): Promise<void> {
  await releaseKeptData(dataDir)
  writeFileSync(ownerFile(dataDir), `${process.pid}\n`)
}

/**
 * Sees to it that no server runs in a data folder: stops one whose program is gone. Throws, and touches nothing,
 * when the program still lives, be it this one.
 */
export async function releaseKeptData(dataDir: string): Promise<void> {
  if (runningServer(dataDir) !== undefined && existsSync(ownerFile(dataDir))) {
    const owner = Number.parseInt(readFileSync(ownerFile(dataDir), 'utf8'), 10)
    if (isAlive(owner)) throw new Error(`Cannot take the database in ${dataDir}: process ${owner} uses it`)
  }
  await stopLeftoverServer(dataDir, 'fast')
}

/** Deletes a data folder in which no server runs, with what was put beside it. */
export function deleteKeptData(dataDir: string): void {
  for (const part of [dataDir, `${dataDir}.half`, keptLogFile(dataDir), ownerFile(dataDir)]) {
    rmSync(part, { recursive: true, force: true, maxRetries: 5 })
  }
}

export function keptLogFile(dataDir: string): string {
  return `${dataDir}.log`
}

function ownerFile(dataDir: string): string {
  return `${dataDir}.owner`
}
