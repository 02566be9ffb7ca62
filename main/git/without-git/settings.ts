import { promises } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import isomorphic from 'isomorphic-git'

export interface Settings {
  /** The files' text, one after the other. */
  readonly text: string
  /** What git would take: the last that was set, the repository's before the person's. `undefined`: nowhere. */
  value(path: string): Promise<string | undefined>
}

/**
 * git's settings, the computer's, the person's and a repository's, out of the files where git looks for them:
 * isomorphic-git alone knows only the repository's. Rejects when one cannot be read that is there.
 */
export async function readSettings(gitdir?: string): Promise<Settings> {
  const files = [...settingsFiles(), ...(gitdir === undefined ? [] : [join(gitdir, 'config')])]
  const text = (await Promise.all(files.map(textOf))).join('\n')
  // Its parser reads what it takes for a repository's own file.
  const fs = { promises: { ...promises, readFile: async () => text } }
  return {
    text,
    value: async (path) => {
      const value: unknown = await isomorphic.getConfig({ fs, gitdir: gitdir ?? homedir(), path })
      return value === undefined ? undefined : String(value)
    },
  }
}

function settingsFiles(): readonly string[] {
  const { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_GLOBAL, XDG_CONFIG_HOME } = process.env
  const system = GIT_CONFIG_NOSYSTEM === undefined && process.platform !== 'win32' ? ['/etc/gitconfig'] : []
  if (GIT_CONFIG_GLOBAL !== undefined) return [...system, GIT_CONFIG_GLOBAL]
  const home = homedir()
  return [...system, join(XDG_CONFIG_HOME || join(home, '.config'), 'git', 'config'), join(home, '.gitconfig')]
}

/** Empty where there is no file. */
export async function textOf(file: string): Promise<string> {
  return promises.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
    throw error
  })
}
