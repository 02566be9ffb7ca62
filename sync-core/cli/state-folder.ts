import { readdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Variables = Readonly<Record<string, string | undefined>>

/** The system's folder for state that belongs to one machine, with ours in it. */
export function stateRoot(platform: NodeJS.Platform, env: Variables): string {
  const home = env.HOME ?? homedir()
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ReJot')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'ReJot')
  const own = env.XDG_STATE_HOME
  // The XDG rules say that a relative path there is to be ignored.
  return join(own?.startsWith('/') ? own : join(home, '.local', 'state'), 'rejot')
}

const reservedOnWindows = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/

/**
 * A folder's name for a manifest's slug; two slugs never share one. A slug holds a to z, 0 to 9, `-`, and `@` and `/`
 * once each: `@harbor/crm` becomes `harbor.crm`, and neither a dot nor an underscore can come from anything else.
 */
export function folderName(slug: string): string {
  // Windows drops a dot at the end of a name.
  const name = slug.replace(/^@/, '').replace('/', '.').replace(/\.$/, '._')
  return reservedOnWindows.test(name.split('.')[0] ?? '') ? `_${name}` : name
}

/** Names of the state folders that there are, sorted. */
export async function stateFolders(root: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
  } catch {
    return []
  }
}
