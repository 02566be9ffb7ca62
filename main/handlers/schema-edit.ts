import type { schemaEditVerbs } from '../contract/schema-edit.ts'
import type { Handlers } from '../ipc/answer.ts'
import type { SchemaDrafts } from '../workspace/schema-drafts.ts'
import type { SchemaEdits } from '../workspace/schema-edits.ts'

export function schemaEditHandlers(
  drafts: SchemaDrafts,
  edits: SchemaEdits,
): Pick<Handlers, keyof typeof schemaEditVerbs> {
  return {
    'schema.form': ({ id }) => drafts.form(id),
    'schema.saveDraft': (kept) => drafts.save(kept),
    'schema.discardDraft': ({ id }) => drafts.discard(id),
    'schema.review': ({ draft }) => edits.review(draft),
    'schema.apply': (agreed) => edits.apply(agreed),
    'schema.reviewRemoval': ({ id }) => edits.reviewRemoval(id),
    'schema.remove': (agreed) => edits.remove(agreed),
    'schema.undo': () => edits.undo(),
  }
}
