import { type FSWatcher, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/**
 * Calls back once after any of these files changed, when nothing more has changed for `quietMs`. Their folders are
 * watched, not the files: editors put a new file in the place of the old one. Returns the way to end it.
 */
export function watchFiles(paths: readonly string[], quietMs: number, changed: () => void): () => void {
  const namesByFolder = new Map<string, Set<string>>()
  for (const path of paths) {
    const names = namesByFolder.get(dirname(path)) ?? new Set()
    namesByFolder.set(dirname(path), names.add(basename(path)))
  }
  let timer: NodeJS.Timeout | undefined
  const touch = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, quietMs)
  }

  const watchers: FSWatcher[] = []
  for (const [folder, names] of namesByFolder) {
    try {
      const watcher = watch(folder, { persistent: false }, (_kind, name) => {
        if (name === null || names.has(name)) touch()
      })
      // A folder that goes away ends its watch; what was read stays on show.
      watcher.on('error', () => watcher.close())
      watchers.push(watcher)
    } catch {
      // Not watchable here, a network drive for instance: opening again reads again.
    }
  }
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
