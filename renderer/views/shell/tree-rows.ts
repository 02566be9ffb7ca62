import type { WorkspaceView } from '../../../main/contract/contract.ts'
import type { Selection } from '../../stores/layout-store.ts'

export interface TreeGroup {
  readonly slug: string
  readonly rows: readonly TreeRow[]
}

export interface TreeRow {
  readonly selection: Selection
  readonly name: string
  /** Version of a public schema; the state is looked up when shown. */
  readonly right: string | undefined
}

/** Manifests with what is written in them: connections, public schemas, consumers. Only rows that contain `filter`. */
export function treeGroups(workspace: WorkspaceView, filter: string): readonly TreeGroup[] {
  const wanted = filter.trim().toLowerCase()
  const groups = workspace.manifests.map(({ slug }) => ({
    slug,
    rows: [...connections(workspace, slug), ...schemas(workspace, slug), ...consumers(workspace, slug)].filter(
      ({ name }) => wanted === '' || name.toLowerCase().includes(wanted) || slug.toLowerCase().includes(wanted),
    ),
  }))
  return wanted === '' ? groups : groups.filter(({ rows }) => rows.length > 0)
}

function connections({ connections: all }: WorkspaceView, manifest: string): TreeRow[] {
  return all
    .filter((each) => each.manifest === manifest)
    .map(({ id, slug }) => ({ selection: { kind: 'connection', id }, name: slug, right: undefined }))
}

function schemas({ publicSchemas }: WorkspaceView, manifest: string): TreeRow[] {
  return publicSchemas
    .filter((each) => each.manifest === manifest)
    .map(({ id, name, version }) => ({ selection: { kind: 'schema', id }, name, right: version }))
}

function consumers({ consumers: all }: WorkspaceView, manifest: string): TreeRow[] {
  return all
    .filter((each) => each.manifest === manifest)
    .map(({ id, name }) => ({ selection: { kind: 'consumer', id }, name, right: undefined }))
}
