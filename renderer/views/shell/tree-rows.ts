import type { WorkspaceView } from '../../../main/contract/contract.ts'
import type { ObjectKind } from '../../components/object-icon.tsx'
import type { DraftEntry } from '../../stores/draft-entries.ts'
import type { Selection } from '../../stores/layout-store.ts'
import type { DraftTab } from '../../stores/tab-id.ts'

export interface TreeGroup {
  readonly slug: string
  readonly rows: readonly TreeRow[]
}

export interface TreeRow {
  readonly key: string
  readonly kind: ObjectKind
  readonly name: string
  /** `undefined`: it is a draft and nothing else yet. */
  readonly selection: Selection | undefined
  /** Version of a public schema; the state is looked up when shown. */
  readonly right: string | undefined
  readonly draft: DraftTab | undefined
}

/**
 * Manifests with what is written in them, and what is being written for them: connections, public schemas, consumers.
 * Only rows that contain `filter`.
 */
export function treeGroups(
  workspace: WorkspaceView,
  filter: string,
  drafts: readonly DraftEntry[] = [],
): readonly TreeGroup[] {
  const wanted = filter.trim().toLowerCase()
  const groups = workspace.manifests.map(({ slug }) => ({
    slug,
    rows: [
      ...connections(workspace, slug),
      ...schemas(workspace, slug, drafts),
      ...consumers(workspace, slug, drafts),
    ].filter(({ name }) => wanted === '' || name.toLowerCase().includes(wanted) || slug.toLowerCase().includes(wanted)),
  }))
  return wanted === '' ? groups : groups.filter(({ rows }) => rows.length > 0)
}

function connections({ connections: all }: WorkspaceView, manifest: string): TreeRow[] {
  return all
    .filter((each) => each.manifest === manifest)
    .map(({ id, slug }) => savedRow({ kind: 'connection', id }, { name: slug }))
}

function schemas({ publicSchemas }: WorkspaceView, manifest: string, drafts: readonly DraftEntry[]): TreeRow[] {
  const own = publicSchemas.filter((each) => each.manifest === manifest)
  return [
    ...own.map(({ id, name, version }) => savedRow({ kind: 'schema', id }, { name, right: version, drafts })),
    ...unsaved('public', manifest, drafts, publicSchemas),
  ]
}

function consumers({ consumers: all }: WorkspaceView, manifest: string, drafts: readonly DraftEntry[]): TreeRow[] {
  const own = all.filter((each) => each.manifest === manifest)
  return [
    ...own.map(({ id, name }) => savedRow({ kind: 'consumer', id }, { name, drafts })),
    ...unsaved('consumer', manifest, drafts, all),
  ]
}

function savedRow(
  selection: Selection,
  { name, right, drafts = [] }: { name: string; right?: string; drafts?: readonly DraftEntry[] },
): TreeRow {
  const { kind, id } = selection
  const draft = drafts.find(({ schema, changed }) => schema === id && changed)
  return { key: `${kind}:${id}`, kind, name, selection, right, draft: draft?.tab }
}

/** Drafts of what no file has, or no longer. */
function unsaved(
  kind: DraftEntry['kind'],
  manifest: string,
  drafts: readonly DraftEntry[],
  saved: readonly { readonly id: string }[],
): TreeRow[] {
  return drafts
    .filter((draft) => draft.kind === kind && draft.manifest === manifest)
    .filter(({ schema }) => schema === undefined || !saved.some(({ id }) => id === schema))
    .map(({ tab, name }) => ({
      key: tab,
      kind: kind === 'public' ? 'schema' : 'consumer',
      name,
      selection: undefined,
      right: undefined,
      draft: tab,
    }))
}
