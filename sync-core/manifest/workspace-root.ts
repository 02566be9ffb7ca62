import { realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'

/** The repository that a folder lies in; the folder itself where it lies in none. */
export async function workspaceRoot(folder: string): Promise<string> {
  for (let candidate = folder; ; candidate = dirname(candidate)) {
    if (await exists(join(candidate, '.git'))) return candidate
    if (dirname(candidate) === candidate) return folder
  }
}

/** Whether a path leads to somewhere in a folder, links followed. What does not exist is judged by where it would be. */
export async function isInside(folder: string, path: string): Promise<boolean> {
  const [root, target] = await Promise.all([real(folder), real(path)])
  return target.startsWith(root.endsWith(sep) ? root : root + sep)
}

async function real(path: string): Promise<string> {
  const found = await realpath(path).catch(() => undefined)
  if (found !== undefined || dirname(path) === path) return found ?? path
  return join(await real(dirname(path)), basename(path))
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
