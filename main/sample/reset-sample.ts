import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { deleteKeptData, releaseKeptData } from '../../sync-core/testing/kept-data.ts'
import { findSampleFolder, markPath } from './sample-folder.ts'

/**
 * Deletes the sample in that folder: databases, event store, manifest, passwords. What people put beside them stays.
 * Nothing happens where there is no sample yet. Throws when the folder is something else, or the sample runs: whoever
 * runs it stops it first. Servers that a dead program left are stopped.
 */
export async function resetSample(path: string): Promise<void> {
  const folder = findSampleFolder(path)
  if (folder === undefined) return
  const dataDirs = ['accounts-db', 'billing-db'].map((slug) => join(folder.mark.databasesDir, slug))
  for (const dataDir of dataDirs) await releaseKeptData(dataDir)
  for (const dataDir of dataDirs) deleteKeptData(dataDir)
  removeIfEmpty(folder.mark.databasesDir)
  for (const part of [folder.stateDir, folder.manifestPath, folder.secretsPath]) {
    rmSync(part, { recursive: true, force: true, maxRetries: 5 })
  }
  // The mark goes last: a reset that is interrupted can be run again.
  rmSync(markPath(path), { force: true })
  removeIfEmpty(path)
}

function removeIfEmpty(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder)
}
