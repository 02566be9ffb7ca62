import type { AppStateBook } from '../app-state.ts'
import { createBranch, switchBranch } from '../git/branches.ts'
import { readConflicts, resolveConflicts } from '../git/conflicts.ts'
import { discardFile } from '../git/discard-file.ts'
import type { Repository } from '../git/open-repository.ts'
import { initWorkspaceRepository, openWorkspaceRepository } from '../git/open-workspace-repository.ts'
import { abortOperation, continueRebase, pull, push } from '../git/remote.ts'
import { undoCommit } from '../git/undo-commit.ts'
import type { WorkspaceRepository } from '../git/workspace-repository.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'

type RepositoryVerb = Extract<keyof Handlers, `repository.${string}`>

/** git in the folder of the open workspace, one thing after another: two at once would lock each other out. */
export function repositoryHandlers(state: AppStateBook): Pick<Handlers, RepositoryVerb> {
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }
  const workspace = () => {
    const { workspace } = state.read()
    if (workspace === undefined) throw new Refusal({ message: 'Cannot look at the repository: no workspace is open' })
    const { summary, manifests } = workspace
    // Its own manifest may be unreadable just now, with the markers of a conflict in it.
    return { folder: summary.folder, manifests: [...new Set([summary.path, ...manifests.map(({ path }) => path)])] }
  }
  const inRepository = <Result>(work: (repository: WorkspaceRepository) => Promise<Result>): Promise<Result> =>
    inOrder(async () => {
      const repository = await openWorkspaceRepository(workspace().folder)
      if (typeof repository === 'object') return work(repository)
      throw new Refusal({ message: 'Cannot do that: the workspace is in no git repository' })
    })
  const withGit = <Result>(work: (repository: Repository) => Promise<Result>) =>
    inRepository((repository) => repository.withGit(work))
  /** Only files that are shown as changed: the window cannot point git anywhere else. */
  const withShown = <Result>(paths: readonly string[], work: (repository: WorkspaceRepository) => Promise<Result>) =>
    inRepository(async (repository) => {
      const { files } = await repository.read(workspace().manifests)
      const stranger = paths.find((path) => !files.some((file) => file.path === path))
      if (stranger === undefined) return work(repository)
      throw new Refusal({ message: `Cannot do that: ${stranger} has not changed, or is not of this workspace` })
    })

  return {
    'repository.read': () =>
      inOrder(async () => {
        const { folder, manifests } = workspace()
        const repository = await openWorkspaceRepository(folder)
        if (typeof repository !== 'object') return { kind: 'none', reason: repository, folder }
        return { kind: 'repository', ...(await repository.read(manifests)) }
      }),
    'repository.init': () => inOrder(() => initWorkspaceRepository(workspace().folder)),
    'repository.versions': ({ path }) => withShown([path], (repository) => repository.versions(path)),
    'repository.commit': (request) => withShown(request.paths, (repository) => repository.commit(request)),
    'repository.undoCommit': () => withGit(undoCommit),
    'repository.discard': ({ path }) =>
      withShown([path], ({ withGit }) => withGit((repository) => discardFile(repository, path))),
    'repository.createBranch': ({ name }) => withGit((repository) => createBranch(repository, name)),
    'repository.switchBranch': ({ name }) => withGit((repository) => switchBranch(repository, name)),
    'repository.push': () => withGit(push),
    'repository.pull': () => withGit(pull),
    'repository.abort': () => withGit(abortOperation),
    'repository.continueRebase': () => withGit(continueRebase),
    'repository.conflicts': ({ path }) =>
      withShown([path], ({ withGit }) => withGit((repository) => readConflicts(repository, path))),
    'repository.resolve': ({ path, choices }) =>
      withShown([path], ({ withGit }) =>
        withGit((repository) => resolveConflicts(repository, path, new Map(Object.entries(choices)))),
      ),
  }
}
