import { listBranches } from './branches.ts'
import { commitFiles } from './commit-files.ts'
import { fileVersions } from './file-versions.ts'
import { initRepository, openRepository, type Repository } from './open-repository.ts'
import { readRepository } from './read-repository.ts'
import { initWithoutGit, openWithoutGit } from './without-git/open.ts'
import type { WorkspaceRepository } from './workspace-repository.ts'

/**
 * The repository around a folder: by the person's own git, and by isomorphic-git where none is installed. This is the
 * one place that chooses. Returns that there is no repository as a value; rejects with a Refusal.
 */
export async function openWorkspaceRepository(folder: string): Promise<WorkspaceRepository | 'no-repository'> {
  const found = await openRepository(folder)
  if (found === 'no-git') return openWithoutGit(folder)
  return found === 'no-repository' ? found : withOwnGit(found)
}

/** Makes a folder a repository. Rejects with a Refusal. */
export async function initWorkspaceRepository(folder: string): Promise<void> {
  if ((await initRepository(folder)) === 'no-git') await initWithoutGit(folder)
}

function withOwnGit(repository: Repository): WorkspaceRepository {
  return {
    async read(manifestPaths) {
      const [state, branches] = await Promise.all([readRepository(repository, manifestPaths), listBranches(repository)])
      return { ...state, branches, hasGit: true, asksAuthor: false }
    },
    versions: (path) => fileVersions(repository, path),
    commit: (request) => commitFiles(repository, request),
    withGit: (work) => work(repository),
  }
}
