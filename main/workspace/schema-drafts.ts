import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import type { VerbInput } from '../contract/contract.ts'
import type { SchemaDraft } from '../contract/schema-edit.ts'
import { Refusal } from '../ipc/refusal.ts'
import { readDefinedManifests } from './defined-manifests.ts'
import type { DraftBook } from './drafts.ts'
import { type SavedForm, savedForms } from './saved-forms.ts'

/** Schemas of the open workspace while people write them, beside what its files say of them. */
export interface SchemaDrafts {
  /** Reads what definition files say beside the manifests of a workspace, and returns these files. */
  read(workspace: string, manifests: readonly Manifest[]): Promise<readonly string[]>
  /** Saved schemas whose files say something else than the manifest, by id. */
  changedFiles(): string[]
  /** The drafts of a workspace as the window shows them. */
  of(workspace: string): SchemaDraft[]
  /** Rejects with a Refusal where the files have no such schema. */
  form(id: string): SavedForm
  /** Resolves when it is on disk. */
  save(kept: VerbInput<'schema.saveDraft'>): Promise<void>
  discard(id: string): Promise<void>
}

export function createSchemaDrafts(deps: {
  readonly book: DraftBook<SchemaDraft>
  /** Shows the drafts as they are now. */
  show(): void
  now(): number
}): SchemaDrafts {
  const { book, show } = deps
  let saved: ReadonlyMap<string, SavedForm> = new Map()
  /** The same with what definition files say: whoever edits one of these means the schema. */
  let defined: ReadonlyMap<string, SavedForm> = new Map()

  return {
    async read(workspace, manifests) {
      const read = await readDefinedManifests(workspace)
      saved = savedForms(manifests)
      defined = savedForms(read.manifests)
      return read.files
    },
    changedFiles: () =>
      [...saved].flatMap(([id, now]) => {
        const own = defined.get(id)
        return own === undefined || isDeepStrictEqual(own, now) ? [] : [id]
      }),
    of: (workspace) => book.of(workspace).map((draft) => withOutside(draft, defined)),
    form(id) {
      const found = saved.get(id)
      if (found !== undefined) return found
      throw new Refusal({
        message: `Cannot open ${id}: it is no longer written in the manifests`,
        solution: 'Look at the catalogue for what is there now.',
      })
    },
    async save({ workspace, draft }) {
      await book.keep(workspace, { ...draft, savedAt: deps.now() })
      show()
    },
    async discard(id) {
      await book.drop(id)
      show()
    },
  }
}

/** What its files say where that is no longer what the editing began from: somebody else has written them since. */
function withOutside(draft: SchemaDraft, saved: ReadonlyMap<string, SavedForm>): SchemaDraft {
  if (draft.schema === undefined || draft.base === undefined) return draft
  const now = saved.get(draft.schema)
  if (now === undefined) return { ...draft, outside: {} }
  if (isDeepStrictEqual(now.form, draft.base)) return draft
  if (draft.kind === 'public' && now.kind === 'public') return { ...draft, outside: { form: now.form } }
  if (draft.kind === 'consumer' && now.kind === 'consumer') return { ...draft, outside: { form: now.form } }
  return draft
}
