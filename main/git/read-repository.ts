import { readFile } from 'node:fs/promises'
import type { FileStatusResult } from 'simple-git'
import { fileVersions } from './file-versions.ts'
import { gitFailure } from './git-failure.ts'
import type { Repository } from './open-repository.ts'
import { type Operation, readOperation } from './operation.ts'
import { type ChangedFile, type OurChanges, ourChanges } from './our-changes.ts'
import { literal } from './our-files.ts'

export interface RepositoryState extends OurChanges {
  readonly root: string
  /** `undefined`: not on a branch. */
  readonly branch: string | undefined
  /** Where it is pushed to, and how far the two are apart as of the last fetch. */
  readonly upstream: { readonly name: string; readonly ahead: number; readonly behind: number } | undefined
  readonly hasRemote: boolean
  /** The last commit; `undefined` before the first. */
  readonly head: LastCommit | undefined
  readonly operation: Operation | undefined
  /** What a merge that is under way would be committed with by git itself. */
  readonly mergeMessage: string | undefined
}

export interface LastCommit {
  readonly hash: string
  readonly subject: string
  readonly isPushed: boolean
  /** How many it has: the first commit none, a merge two or more. Only one with one parent is undone here. */
  readonly parents: number
}

/** What of a workspace differs from its last commit. Rejects with a Refusal. */
export async function readRepository(
  repository: Repository,
  manifestPaths: readonly string[],
): Promise<RepositoryState> {
  const { git, root } = repository
  try {
    const tracked = await git.status(['-uno'])
    const status = async (ours: ReadonlySet<string>) => {
      const { files } = await git.status(['-uall', '--', ...[...ours].map(literal)])
      return {
        states: new Map(files.map((file) => [file.path, stateOf(file)])),
        otherChanges: tracked.files.filter(({ path }) => !ours.has(path)).length,
      }
    }
    const [changes, remotes, head, operation] = await Promise.all([
      ourChanges({ root, versions: (path) => fileVersions(repository, path), status }, manifestPaths),
      git.getRemotes(),
      readHead(repository),
      readOperation(repository),
    ])
    return {
      root,
      branch: tracked.detached || tracked.current === null ? undefined : tracked.current,
      upstream:
        tracked.tracking === null
          ? undefined
          : { name: tracked.tracking, ahead: tracked.ahead, behind: tracked.behind },
      hasRemote: remotes.length > 0,
      head,
      operation,
      mergeMessage: operation === 'merge' ? await readMergeMessage(repository) : undefined,
      ...changes,
    }
  } catch (error) {
    throw gitFailure(error, 'read the repository')
  }
}

function stateOf({ index, working_dir }: FileStatusResult): ChangedFile['state'] {
  const code = `${index}${working_dir}`
  if (/U|AA|DD/.test(code)) return 'conflicted'
  if (working_dir === 'D' || (index === 'D' && working_dir !== '?')) return 'removed'
  return /[A?]/.test(code) ? 'added' : 'changed'
}

async function readHead({ git }: Repository): Promise<RepositoryState['head']> {
  // Fails before the first commit, which is no failure.
  const line = await git.raw(['log', '-1', '--format=%H%x00%P%x00%s']).catch(() => '')
  const [hash = '', parents = '', subject = ''] = line.trimEnd().split('\0')
  if (hash === '') return undefined
  const isPushed = (await git.raw(['branch', '--remotes', '--contains', hash])).trim() !== ''
  return { hash, subject, isPushed, parents: parents.split(' ').filter((parent) => parent !== '').length }
}

/** What git would say of a merge by itself; its own remarks, which begin with `#`, are left out. */
async function readMergeMessage({ git }: Repository): Promise<string | undefined> {
  const path = (await git.raw(['rev-parse', '--path-format=absolute', '--git-path', 'MERGE_MSG'])).trim()
  const text = await readFile(path, 'utf8').catch(() => '')
  const message = text.replaceAll(/^#.*\n?/gm, '').trim()
  return message === '' ? undefined : message
}
