import type { AppStateBook } from '../app-state.ts'
import type { Handlers } from '../ipc/answer.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { Workspaces } from '../workspace/workspaces.ts'

export interface WorkspaceHandlerDeps {
  readonly workspaces: Workspaces
  readonly state: AppStateBook
  /** Asks the person; `undefined` when cancelled. */
  choose(kind: 'folder' | 'file' | 'new-folder'): Promise<string | undefined>
  /** Writes an empty manifest and returns its path. */
  create(folder: string): Promise<string>
  reveal(path: string): void
}

export function workspaceHandlers(
  deps: WorkspaceHandlerDeps,
): Pick<
  Handlers,
  | 'workspace.openSample'
  | 'workspace.resetSample'
  | 'workspace.open'
  | 'workspace.choose'
  | 'workspace.create'
  | 'workspace.close'
  | 'workspace.forget'
  | 'workspace.reveal'
> {
  const { workspaces } = deps
  return {
    'workspace.openSample': () => workspaces.openSample(),
    'workspace.resetSample': () => workspaces.resetSample(),
    'workspace.open': ({ path }) => workspaces.open(path),
    'workspace.choose': async ({ kind }) => {
      const path = await deps.choose(kind)
      if (path !== undefined) await workspaces.open(path)
      return { opened: path !== undefined }
    },
    'workspace.create': async () => {
      const folder = await deps.choose('new-folder')
      if (folder !== undefined) await workspaces.open(await deps.create(folder))
      return { opened: folder !== undefined }
    },
    'workspace.close': () => workspaces.close(),
    'workspace.forget': ({ path }) => workspaces.forget(path),
    'workspace.reveal': ({ path }) => {
      // Only files that main itself has shown: the window cannot point the file manager anywhere else.
      if (!shownPaths(deps.state).has(path)) {
        throw new Refusal({ message: 'Cannot show the file: it is not of this workspace' })
      }
      deps.reveal(path)
    },
  }
}

function shownPaths(state: AppStateBook): ReadonlySet<string> {
  const { workspace, recent } = state.read()
  return new Set([
    ...(workspace?.manifests.map((manifest) => manifest.path) ?? []),
    ...(workspace?.problems.map((problem) => problem.file) ?? []),
    ...(workspace === undefined ? [] : [workspace.summary.path, workspace.summary.folder]),
    ...recent.flatMap((entry) => [entry.path, entry.folder]),
  ])
}
