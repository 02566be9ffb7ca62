import { createHash } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

/** Folder of a workspace's event store, below `root`: named by its folder for people and by its path for certainty. Pure. */
export function stateFolder(root: string, manifestPath: string): string {
  const name = basename(dirname(manifestPath))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
  const hash = createHash('sha256').update(manifestPath).digest('hex').slice(0, 12)
  return join(root, `${name}-${hash}`)
}
