import { useApp, useSchemaDrafts, useWizard } from './program.ts'
import type { EditedDraft } from './schema-drafts-store.ts'
import { takenName, takenSlug } from './taken-name.ts'

/** Why a draft cannot be called as it is; `undefined` where it can. */
export function useTakenName(draft: EditedDraft): string | undefined {
  const workspace = useApp((state) => state.workspace)
  return useSchemaDrafts(({ drafts }) => (workspace === undefined ? undefined : takenName(draft, workspace, drafts)))
}

/** The same of the connection in the form that is open. */
export function useTakenSlug(): string | undefined {
  const draft = useWizard((state) => state.draft) ?? ''
  const slug = useWizard(({ form }) => form.slug) ?? ''
  const connection = useWizard((state) => state.connection?.id)
  return useApp(({ workspace, drafts }) => takenSlug({ draft, slug, connection }, workspace?.connections ?? [], drafts))
}
