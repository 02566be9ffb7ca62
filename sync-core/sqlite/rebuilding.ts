import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { storePath } from './store-connection.ts'
import { damagedStore } from './store-failure.ts'

/** Where the new store is made in the place of a damaged one. */
export function rebuildingFolder(stateDir: string): string {
  return join(stateDir, 'rebuilding')
}

/** Written once the new store has everything: what is left is to put it in its place. */
export function rebuiltMark(stateDir: string): string {
  return join(rebuildingFolder(stateDir), 'complete')
}

/**
 * Throws a FailureError of kind `store` where a rebuilding was cut off after the former store may have been set aside:
 * an empty one would be made in its place, and what the new one knows would be forgotten.
 */
export function refuseHalfRebuilt(stateDir: string): void {
  if (existsSync(rebuiltMark(stateDir)) && existsSync(storePath(rebuildingFolder(stateDir)))) {
    throw damagedStore('its rebuilding was cut off before the new file was in its place')
  }
}
