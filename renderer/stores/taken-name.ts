import type { DraftView } from '../../main/contract/connection-edit.ts'
import type { WorkspaceView } from '../../main/contract/contract.ts'
import type { EditedDraft } from './schema-drafts-store.ts'

type Draft = Pick<EditedDraft, 'id' | 'kind' | 'schema'> & {
  readonly form: Pick<EditedDraft['form'], 'name' | 'manifest'>
}
interface Saved {
  readonly publicSchemas: readonly Named[]
  readonly consumers: readonly Named[]
}
type Named = Pick<WorkspaceView['consumers'][number], 'name' | 'manifest'>

/** Why a new schema cannot be called so, told while its name is typed; `undefined` where it can. Pure. */
export function takenName(
  { id, kind, schema, form }: Draft,
  { publicSchemas, consumers }: Saved,
  drafts: Readonly<Record<string, Draft>>,
): string | undefined {
  const { name, manifest } = form
  if (schema !== undefined || name.trim() === '') return undefined
  const isSame = (other: { readonly name: string; readonly manifest: string }) =>
    other.name === name && other.manifest === manifest
  const saved = kind === 'public' ? publicSchemas : consumers
  if (saved.some(isSame)) return `${manifest} has a ${words[kind]} called ${name} already`
  const other = Object.values(drafts).find((draft) => draft.id !== id && draft.kind === kind && isSame(draft.form))
  return other === undefined
    ? undefined
    : `Another draft is called ${name} too: once one of them is applied, the other needs a name of its own`
}

const words = { public: 'public schema', consumer: 'consumer schema' } as const

interface OwnSlug {
  /** Id of the draft. */
  readonly draft: string
  readonly slug: string
  /** Id of the saved connection that is changed. */
  readonly connection: string | undefined
}

/** The same of a connection, whose name is one over all manifests: its password's variable has no other. Pure. */
export function takenSlug(
  { draft, slug, connection }: OwnSlug,
  saved: readonly Pick<WorkspaceView['connections'][number], 'id' | 'slug' | 'manifest'>[],
  drafts: readonly Pick<DraftView, 'id' | 'connection' | 'form'>[],
): string | undefined {
  if (slug === '') return undefined
  const owner = saved.find((each) => each.slug === slug && each.id !== connection)
  if (owner !== undefined) return `${owner.manifest} has a connection called ${slug} already`
  const other = drafts.find(({ id, form }) => id !== draft && form.slug === slug)
  return other === undefined
    ? undefined
    : `Another draft is called ${slug} too: once one of them is saved, the other needs a name of its own`
}
