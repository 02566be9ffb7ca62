import { createHash } from 'node:crypto'
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { canEnter, serverUser } from '../../sync-core/testing/server-user.ts'

/**
 * Where the data of a sample in that folder go: beside it. Only for root it may be elsewhere: root's servers run as an
 * unprivileged user, who cannot enter root's home. Makes the folder; returns its absolute path.
 */
export function placeDatabases(folder: string): string {
  const beside = join(folder, 'databases')
  mkdirSync(beside, { recursive: true, mode: 0o755 })
  if (canEnter(serverUser(), beside)) return beside
  rmdirSync(beside)
  const stamp = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const elsewhere = join('/var/lib/rejot-desktop', `sample-${stamp}`)
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
  return elsewhere
}
