import type { TeamView, WorkspaceView } from '../../main/contract/contract.ts'
import { useApp } from './program.ts'

/** What is written in the workspace's own manifests and in those of other teams: one catalogue, one graph. */
export type Whole = Pick<WorkspaceView, 'manifests' | 'connections' | 'publicSchemas' | 'consumers'>

const wholes = new WeakMap<WorkspaceView, Whole>()

/** The same object for the same workspace. Without other teams it is the workspace itself. */
export function withTeams(workspace: WorkspaceView): Whole {
  if (workspace.teams.length === 0) return workspace
  const known = wholes.get(workspace)
  if (known !== undefined) return known
  const parts = [workspace, ...workspace.teams]
  const whole = {
    manifests: parts.flatMap(({ manifests }) => manifests),
    connections: parts.flatMap(({ connections }) => connections),
    publicSchemas: parts.flatMap(({ publicSchemas }) => publicSchemas),
    consumers: parts.flatMap(({ consumers }) => consumers),
  }
  wholes.set(workspace, whole)
  return whole
}

/** Of the open workspace, with other teams; `undefined` while none is open. */
export const useWhole = <T>(select: (whole: Whole) => T): T | undefined =>
  useApp(({ workspace }) => (workspace === undefined ? undefined : select(withTeams(workspace))))

/** Whose manifest that is; `undefined`: the workspace's own. */
export const useTeamOf = (manifest: string): TeamView | undefined =>
  useApp(({ workspace }) => workspace?.teams.find(({ manifests }) => manifests.some(({ slug }) => slug === manifest)))
