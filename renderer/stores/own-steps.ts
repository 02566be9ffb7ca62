import type { WorkspaceView } from '../../main/contract/contract.ts'
import type { AppStore } from './app-store.ts'
import type { Layout, LayoutStore } from './layout-store.ts'
import type { RepositoryStore } from './repository-store.ts'
import type { StatusStore } from './status-store.ts'

/** From an empty workspace to rows that flow, in the order in which one needs the other. */
export const ownSteps = ['source', 'destination', 'publish', 'consume', 'arrive', 'commit'] as const
export type OwnStep = (typeof ownSteps)[number]

/** What this window remembers of a workspace's steps, by the path of its manifest. */
export type StepMemory = NonNullable<Layout['ownSteps'][string]>

/**
 * The steps that are done, as things are: what is written in the manifests is looked at each time; that a row arrived and
 * that all was committed is remembered, because both pass. Pure.
 */
export function stepsDone(workspace: WorkspaceView, memory: StepMemory | undefined): ReadonlySet<OwnStep> {
  const { connections, publicSchemas, consumers } = workspace
  const sources = connections.filter(({ replication }) => replication !== undefined)
  const isWritten = connections.some(({ role }) => role === 'destination' || role === 'both')
  const done: Readonly<Record<OwnStep, boolean>> = {
    source: sources.length > 0,
    destination: isWritten || connections.length > Math.min(sources.length, 1),
    publish: publicSchemas.length > 0,
    consume: consumers.length > 0,
    arrive: memory?.arrivedAt !== undefined,
    commit: memory?.committedAt !== undefined,
  }
  return new Set(ownSteps.filter((step) => done[step]))
}

/** Whether the list is there: until all is done in a workspace that began empty, or as a person said. Pure. */
export function showsSteps(workspace: WorkspaceView, memory: StepMemory | undefined): boolean {
  if (memory?.shown !== undefined) return memory.shown
  return memory?.beganEmpty === true && stepsDone(workspace, memory).size < ownSteps.length
}

/** Remembers of each workspace that it began empty, when a row first arrived and when all was first committed. */
export function watchOwnSteps(deps: {
  app: AppStore
  status: StatusStore
  repository: RepositoryStore
  layout: LayoutStore
}): void {
  const { app, status, repository, layout } = deps
  const own = () => {
    const { workspace } = app.getState()
    return workspace?.summary.sample === false ? workspace : undefined
  }
  const look = () => {
    const workspace = own()
    if (workspace === undefined) return
    const { path } = workspace.summary
    const memory = layout.store.getState().ownSteps[path]
    const isEmpty = workspace.publicSchemas.length + workspace.consumers.length === 0
    if (isEmpty && memory === undefined) rememberStep(layout, path, { beganEmpty: true })
    const hasArrived = status.store.getState().status?.consumers.some(({ rowsApplied }) => rowsApplied > 0)
    if (hasArrived && memory?.arrivedAt === undefined) rememberStep(layout, path, { arrivedAt: Date.now() })
    const { answer } = repository.store.getState()
    const isCommitted = answer?.kind === 'repository' && answer.head !== undefined && answer.files.length === 0
    const isWhole = workspace.publicSchemas.length > 0 && workspace.consumers.length > 0
    if (isCommitted && isWhole && memory?.committedAt === undefined) {
      rememberStep(layout, path, { committedAt: Date.now() })
    }
  }
  app.subscribe(look)
  status.store.subscribe(look)
  repository.store.subscribe(look)
  look()
}

/** Workspaces that are remembered; the one that was not changed for longest goes. */
const most = 50

export function rememberStep(layout: LayoutStore, path: string, patch: Partial<StepMemory>): void {
  const { [path]: memory, ...others } = layout.store.getState().ownSteps
  const kept = Object.entries(others).slice(0, most - 1)
  layout.change({ ownSteps: { [path]: { ...memory, ...patch }, ...Object.fromEntries(kept) } })
}
