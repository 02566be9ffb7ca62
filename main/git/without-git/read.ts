import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import isomorphic from 'isomorphic-git'
import type { FileVersions } from '../file-versions.ts'
import { type ChangedFile, ourChanges } from '../our-changes.ts'
import { absolutePath } from '../our-files.ts'
import type { WorkspaceState } from '../workspace-repository.ts'
import { knownAuthor } from './author.ts'
import { failureWithoutGit } from './failure.ts'
import type { PlainRepository } from './plain-repository.ts'
import { readSettings } from './settings.ts'

/** What of a workspace differs from its last commit; nothing is written for that. Rejects with a Refusal. */
export async function readWithoutGit(
  repository: PlainRepository,
  manifestPaths: readonly string[],
): Promise<WorkspaceState> {
  const { dir, gitdir } = repository
  try {
    const [changes, branch, branches, remotes, head, author] = await Promise.all([
      ourChanges(
        {
          root: dir,
          versions: (path) => versionsWithoutGit(repository, path),
          status: (ours) => status(repository, ours),
        },
        manifestPaths,
      ),
      isomorphic.currentBranch(repository),
      isomorphic.listBranches(repository),
      isomorphic.listRemotes(repository),
      readHead(repository),
      knownAuthor(await readSettings(gitdir)),
    ])
    return {
      root: dir,
      branch: branch ?? undefined,
      branches,
      upstream: undefined,
      hasRemote: remotes.length > 0,
      head,
      operation: operationIn(gitdir),
      mergeMessage: undefined,
      hasGit: false,
      asksAuthor: author === undefined,
      ...changes,
    }
  } catch (error) {
    throw failureWithoutGit(error, 'read the repository')
  }
}

export async function versionsWithoutGit(repository: PlainRepository, path: string): Promise<FileVersions> {
  try {
    const [before, after] = await Promise.all([
      committedText(repository, path),
      readFile(absolutePath(repository.dir, path), 'utf8').catch(() => undefined),
    ])
    return { before, after }
  } catch (error) {
    throw failureWithoutGit(error, `read ${path} as it was committed`)
  }
}

/** The hash of the last commit; `undefined` before the first. */
export async function headOf(repository: PlainRepository): Promise<string | undefined> {
  return isomorphic.resolveRef({ ...repository, ref: 'HEAD' }).catch(orNothing)
}

/** What is under way. */
export function operationIn(gitdir: string): WorkspaceState['operation'] {
  if (existsSync(join(gitdir, 'MERGE_HEAD'))) return 'merge'
  return ['rebase-merge', 'rebase-apply'].some((name) => existsSync(join(gitdir, name))) ? 'rebase' : undefined
}

async function committedText(repository: PlainRepository, path: string): Promise<string | undefined> {
  const oid = await headOf(repository)
  if (oid === undefined) return undefined
  const found = await isomorphic.readBlob({ ...repository, oid, filepath: path }).catch(orNothing)
  return found && Buffer.from(found.blob).toString('utf8')
}

async function readHead(repository: PlainRepository): Promise<WorkspaceState['head']> {
  const hash = await headOf(repository)
  if (hash === undefined) return undefined
  const { commit } = await isomorphic.readCommit({ ...repository, oid: hash })
  // Only what pushes and undoes asks that, and there is nobody here who does.
  return { hash, subject: commit.message.split('\n')[0] ?? '', isPushed: false, parents: commit.parent.length }
}

async function status(repository: PlainRepository, ours: ReadonlySet<string>) {
  // The index is git's to refresh: it has a lock for that.
  const rows = await isomorphic.statusMatrix({ ...repository, refresh: false })
  const changed = rows.filter(([, head, disk, stage]) => head !== 1 || disk !== 1 || stage !== 1)
  return {
    states: new Map(
      changed.map(([path, head, disk]): [string, ChangedFile['state']] => [
        path,
        disk === 0 ? 'removed' : head === 0 ? 'added' : 'changed',
      ]),
    ),
    // What is in neither, git does not know.
    otherChanges: changed.filter(([path, head, , stage]) => !ours.has(path) && (head !== 0 || stage !== 0)).length,
  }
}

function orNothing(error: unknown): undefined {
  if (error instanceof isomorphic.Errors.NotFoundError) return undefined
  throw error
}
