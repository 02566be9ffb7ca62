import type { WorkspaceView } from '../../../main/contract/contract.ts'
import type { ObjectKind } from '../../components/object-icon.tsx'
import type { DraftEntry } from '../../stores/draft-entries.ts'
import type { Selection } from '../../stores/layout-store.ts'
import type { DraftTab } from '../../stores/tab-id.ts'
import { type Whole, withTeams } from '../../stores/with-teams.ts'

export interface TreeGroup {
  readonly slug: string
  /** Whose it is: the name of another team's repository. */
  readonly team: string | undefined
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
  const whole = withTeams(workspace)
  const groups = whole.manifests.map(({ slug }) => ({
    slug,
    team: workspace.teams.find(({ manifests }) => manifests.some((each) => each.slug === slug))?.name,
    rows: [...connections(whole, slug), ...schemas(whole, slug, drafts), ...consumers(whole, slug, drafts)].filter(
      ({ name }) => wanted === '' || name.toLowerCase().includes(wanted) || slug.toLowerCase().includes(wanted),
    ),
  }))
  return wanted === '' ? groups : groups.filter(({ rows }) => rows.length > 0)
}

function connections({ connections: all }: Whole, manifest: string): TreeRow[] {
  return all
    .filter((each) => each.manifest === manifest)
    .map(({ id, slug }) => savedRow({ kind: 'connection', id }, { name: slug }))
}

function schemas({ publicSchemas }: Whole, manifest: string, drafts: readonly DraftEntry[]): TreeRow[] {
  const own = publicSchemas.filter((each) => each.manifest === manifest)
  return [
    ...own.map(({ id, name, version }) => savedRow({ kind: 'schema', id }, { name, right: version, drafts })),
    ...unsaved('public', manifest, drafts, publicSchemas),
  ]
}

function consumers({ consumers: all }: Whole, manifest: string, drafts: readonly DraftEntry[]): TreeRow[] {
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
