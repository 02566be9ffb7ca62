import fs from 'node:fs'
import { lstat, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import isomorphic from 'isomorphic-git'
import { Refusal } from '../../ipc/refusal.ts'
import type { WorkspaceRepository } from '../workspace-repository.ts'
import { commitWithoutGit } from './commit.ts'
import { failureWithoutGit } from './failure.ts'
import type { PlainRepository } from './plain-repository.ts'
import { readWithoutGit, versionsWithoutGit } from './read.ts'
import { readSettings } from './settings.ts'

/** The repository around a folder. Returns that there is none as a value; rejects with a Refusal, also for one beyond it. */
export async function openWithoutGit(folder: string): Promise<WorkspaceRepository | 'no-repository'> {
  const dir = await isomorphic.findRoot({ fs, filepath: await realpath(folder) }).catch((error: unknown) => {
    if (error instanceof isomorphic.Errors.NotFoundError) return undefined
    throw failureWithoutGit(error, 'look at the repository')
  })
  if (dir === undefined) return 'no-repository'
  const repository = { fs, dir, gitdir: join(dir, '.git') }
  await refuseBeyond(repository)
  return {
    read: (manifestPaths) => readWithoutGit(repository, manifestPaths),
    versions: (path) => versionsWithoutGit(repository, path),
    commit: (request) => commitWithoutGit(repository, request),
    withGit: () => {
      throw new Refusal({ message: 'Cannot do that: git is not installed', solution: 'Install git, and look again.' })
    },
  }
}

/** Makes a folder a repository, on the branch that the person's settings name. Rejects with a Refusal. */
export async function initWithoutGit(folder: string): Promise<void> {
  try {
    const defaultBranch = (await readSettings()).value('init.defaultBranch')
    await isomorphic.init({ fs, dir: folder, defaultBranch: (await defaultBranch) ?? 'main' })
  } catch (error) {
    throw failureWithoutGit(error, 'make a repository')
  }
}

/** What would be misread: its files lie elsewhere, or in another form than the one that git has had from the start. */
async function refuseBeyond({ dir, gitdir }: PlainRepository): Promise<void> {
  const version = (await readSettings(gitdir)).value('core.repositoryformatversion')
  const isElsewhere = !(await lstat(gitdir)).isDirectory()
  if (!isElsewhere && Number((await version) ?? 0) === 0) return
  throw new Refusal({
    message: `Cannot read the repository ${dir}: it is ${isElsewhere ? 'a linked work tree or a submodule' : 'of a newer format'}`,
    solution: 'Install git, which can read it, and look again.',
  })
}
