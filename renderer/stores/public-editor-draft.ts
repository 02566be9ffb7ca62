import type { PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { PublicSchemaDescription } from '../../sync-core/domain/description.ts'
import type { EditedPublic, SchemaDraftsStore } from './schema-drafts-store.ts'

/** The draft that an editor is of, and what its form says. Everything is `undefined` once the draft is gone. */
export interface EditedDraft {
  draft(): EditedPublic | undefined
  form(): PublicSchemaForm | undefined
  connection(): string | undefined
  change(patch: Parameters<SchemaDraftsStore['changePublic']>[1]): void
}

export function editedDraft(id: string, drafts: SchemaDraftsStore): EditedDraft {
  const draft = () => {
    const found = drafts.store.getState().drafts[id]
    return found?.kind === 'public' ? found : undefined
  }
  return {
    draft,
    form: () => draft()?.form,
    connection: () => connectionOf(draft()?.form),
    change: (patch) => drafts.changePublic(id, patch),
  }
}

/** `<manifest>/<slug>`; `undefined`: none is chosen yet. */
export function connectionOf(form: PublicSchemaForm | undefined): string | undefined {
  return form === undefined || form.connection === '' ? undefined : `${form.manifest}/${form.connection}`
}

/** The key that is stated, else what the SQL pins. */
export function keyOf(
  { key }: Pick<PublicSchemaForm, 'key'>,
  described: PublicSchemaDescription | undefined,
): readonly string[] | undefined {
  return key.length > 0 ? key : described?.suggestedKey
}

/** All of a form that a description depends on. */
export function describedPart({ name, transformations, key, notTracked }: PublicSchemaForm) {
  return { name, transformations, notTracked, ...(key.length === 0 ? {} : { key }) }
}
