import type { schemaEditVerbs } from '../contract/schema-edit.ts'
import type { Handlers } from '../ipc/answer.ts'
import type { SchemaDrafts } from '../workspace/schema-drafts.ts'

export function schemaEditHandlers(drafts: SchemaDrafts): Pick<Handlers, keyof typeof schemaEditVerbs> {
  return {
    'schema.form': ({ id }) => drafts.form(id),
    'schema.saveDraft': (kept) => drafts.save(kept),
    'schema.discardDraft': ({ id }) => drafts.discard(id),
  }
}
