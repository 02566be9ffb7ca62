import type { Invoke } from '../bridge/invoke.ts'
import { createPublicSchemaEditor, type PublicSchemaEditor } from './public-schema-editor.ts'
import type { SchemaDraftsStore } from './schema-drafts-store.ts'

/** The editors of public schemas that were opened: each is as it was left when its tab is shown again. */
export interface PublicSchemaEditors {
  of(draft: string): PublicSchemaEditor
}

export function createPublicSchemaEditors(deps: { invoke: Invoke; drafts: SchemaDraftsStore }): PublicSchemaEditors {
  const editors = new Map<string, PublicSchemaEditor>()
  deps.drafts.store.subscribe(({ drafts }) => {
    for (const id of editors.keys()) if (drafts[id] === undefined) editors.delete(id)
  })
  return {
    of(draft) {
      const known = editors.get(draft) ?? createPublicSchemaEditor({ ...deps, id: draft })
      editors.set(draft, known)
      return known
    },
  }
}
