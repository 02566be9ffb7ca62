import { existsSync, readdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, posix, resolve } from 'node:path'
import { Refusal } from '../../ipc/refusal.ts'
import type { PlainRepository } from './plain-repository.ts'
import { operationIn } from './read.ts'
import { readSettings, type Settings, textOf } from './settings.ts'

/** What runs when git commits. */
const commitHooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'reference-transaction']

/**
 * Refuses a commit that git would make otherwise: with hooks, signed, with files converted, or not at all. Whoever set
 * that up relies on it. Rejects with a Refusal that says which.
 */
export async function refuseCommit(
  repository: PlainRepository,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<void> {
  const settings = await readSettings(repository.gitdir)
  const reason =
    underWay(repository) ??
    (await beyondSettings(settings)) ??
    (await hookOf(repository, settings)) ??
    (await conversionOf(repository, settings, files))
  if (reason === undefined) return
  throw new Refusal({
    message: `Cannot commit without git: ${reason}`,
    solution: 'Install git and commit again: then it is done as the repository has it.',
  })
}

function underWay({ gitdir }: PlainRepository): string | undefined {
  const operation = operationIn(gitdir)
  if (operation !== undefined) return `a ${operation} is under way`
  if (existsSync(join(gitdir, 'CHERRY_PICK_HEAD'))) return 'a cherry-pick is under way'
  if (existsSync(join(gitdir, 'REVERT_HEAD'))) return 'a revert is under way'
  const isSplit = readdirSync(gitdir).some((name) => name.startsWith('sharedindex.'))
  return isSplit ? 'its index lies in several files' : undefined
}

async function beyondSettings({ text, value }: Settings): Promise<string | undefined> {
  // Settings from other files, or written in ways that are rarely used: what stands there is not known.
  const isKnown = !/^[ \t]*\[\s*include|^[ \t]*\[[^\]]*\][ \t]*[^\s#;]|\\\r?$/im.test(text)
  if (!isKnown || 'GIT_CONFIG_COUNT' in process.env) return "git's settings are in part where only git reads them"
  const signs = (await value('commit.gpgsign')) ?? 'false'
  return /^(false|no|off|0|)$/i.test(signs) ? undefined : 'its commits are signed'
}

async function hookOf({ dir, gitdir }: PlainRepository, { text, value }: Settings): Promise<string | undefined> {
  if (/^\s*\[\s*hook\b/im.test(text) || existsSync(join(gitdir, 'config.worktree'))) return 'it may have hooks'
  const path = await value('core.hooksPath')
  const folder = path === undefined ? join(gitdir, 'hooks') : resolve(dir, path.replace(/^~(?=[/\\]|$)/, homedir()))
  const hook = commitHooks.find((name) => runs(join(folder, name)))
  return hook && `its hook ${hook} would not run`
}

function runs(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found?.isFile() === true && (process.platform === 'win32' || (found.mode & 0o111) !== 0)
}

/** Attributes of files have git write something else than what is on disk. */
async function conversionOf(
  { dir, gitdir }: PlainRepository,
  { value }: Settings,
  files: ReadonlyMap<string, Uint8Array | undefined>,
): Promise<string | undefined> {
  const own = await value('core.attributesFile')
  const shared = [join(gitdir, 'info', 'attributes'), own ?? join(homedir(), '.config', 'git', 'attributes')]
  const converts = /^(true|input)$/i.test((await value('core.autocrlf')) ?? 'false')
  for (const [path, bytes] of files) {
    const paths = [...shared, ...foldersOf(path).map((folder) => join(dir, folder, '.gitattributes'))]
    const text = (await Promise.all(paths.map(textOf))).join('\n')
    if (/\s(filter=|ident\b|working-tree-encoding=)/.test(text)) return `git converts files like ${path}`
    const hasLineEnds = bytes !== undefined && Buffer.from(bytes).includes('\r\n')
    if (hasLineEnds && (converts || /\s(-?text|-?crlf|eol=|text=)/.test(text)))
      return `git converts the line ends of ${path}`
  }
  return undefined
}

/** `a/b/c.json` lies in `a/b`, `a` and the root. */
function foldersOf(path: string): readonly string[] {
  const folder = posix.dirname(path)
  return folder === '.' ? ['.'] : [folder, ...foldersOf(folder)]
}
