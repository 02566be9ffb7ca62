import type { ConsumerSchemaForm, PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { AppStore } from './app-store.ts'
import type { FailureStore } from './failure-store.ts'
import type { LayoutStore } from './layout-store.ts'
import { newConsumerForm, newPublicForm } from './new-schema.ts'
import type { NewSchema, SchemaDraftsStore } from './schema-drafts-store.ts'
import { draftIn, type TabId, tabOfDraft } from './tab-id.ts'
import type { WizardStore } from './wizard-store.ts'

/** Tabs of what outlives its tab: drafts of schemas, and the form of a connection. */
export interface Tabs {
  newPublic(given?: Partial<PublicSchemaForm>): void
  newConsumer(given?: Partial<ConsumerSchemaForm>): void
  /** The draft of a saved schema, the one that there is or a new one. */
  edit(schema: string): Promise<void>
  /** Shows a draft, if there is such a one. */
  show(draft: string): void
  /** What was put into a new one without anybody's writing is how it began. */
  settle(draft: string): void
  /** A draft is kept, but for a new one that nobody wrote into. */
  close(tab: TabId): void
}

export function createTabs(deps: {
  app: AppStore
  layout: LayoutStore
  failures: FailureStore
  drafts: SchemaDraftsStore
  wizard: WizardStore
}): Tabs {
  const { app, layout, failures, drafts, wizard } = deps
  /** How new ones were when they were begun here. */
  const begun = new Map<string, NewSchema['form']>()

  const find = (id: string) => drafts.store.getState().drafts[id]
  const show = (id: string) => {
    const draft = find(id)
    if (draft !== undefined) layout.open(tabOfDraft(draft))
  }
  const begin = (schema: NewSchema) => {
    const id = drafts.begin(schema)
    begun.set(id, schema.form)
    show(id)
  }

  /** What was applied, discarded or belongs to another workspace has no tab any more. */
  const prune = () => {
    if (app.getState().workspace === undefined) return
    for (const tab of layout.store.getState().tabs) {
      const id = draftIn(tab)
      if (id !== undefined && find(id) === undefined) layout.close(tab)
    }
  }
  // Later, when both stores have heard of another workspace.
  drafts.store.subscribe(() => queueMicrotask(prune))
  app.subscribe(() => queueMicrotask(prune))

  return {
    newPublic(given) {
      const { workspace } = app.getState()
      if (workspace !== undefined) begin({ kind: 'public', form: newPublicForm(workspace, given) })
    },
    newConsumer(given) {
      const { workspace } = app.getState()
      if (workspace !== undefined) begin({ kind: 'consumer', form: newConsumerForm(workspace, given) })
    },
    async edit(schema) {
      failures.set('workspace', undefined)
      const answer = await drafts.edit(schema)
      if ('failure' in answer) failures.set('workspace', answer.failure)
      else show(answer.id)
    },
    show,
    settle(id) {
      const draft = find(id)
      if (draft !== undefined && begun.has(id)) begun.set(id, draft.form)
    },
    close(tab) {
      if (tab === 'connection') return wizard.leave()
      layout.close(tab)
      const id = draftIn(tab)
      if (id === undefined) return
      drafts.close(id, begun.get(id))
    },
  }
}
