import { realpath, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'

/** The repository that a folder lies in; the folder itself where it lies in none. */
export async function workspaceRoot(folder: string): Promise<string> {
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (await exists(join(candidate, '.git'))) return candidate
    if (dirname(candidate) === candidate) return folder
  }
}

/** Whether a path leads to somewhere in a folder, links followed. What does not exist is judged by its name. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const [root, target] = await Promise.all([folder, path].map((one) => realpath(one).catch(() => one)))
  return target !== undefined && root !== undefined && target.startsWith(root.endsWith(sep) ? root : root + sep)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
