import type { AppStore } from '../stores/app-store.ts'
import type { LayoutStore } from '../stores/layout-store.ts'
import type { Removals } from '../stores/removals.ts'
import type { SchemaDraftsStore } from '../stores/schema-drafts-store.ts'
import type { SqlEditingStore } from '../stores/sql-editing.ts'
import type { SchemaKind } from '../stores/tab-id.ts'
import type { Tabs } from '../stores/tabs.ts'
import type { Command } from './registry.ts'

export interface SchemaCommandDeps {
  readonly app: AppStore
  readonly layout: LayoutStore
  readonly schemaDrafts: SchemaDraftsStore
  readonly tabs: Tabs
  readonly removals: Removals
  readonly sqlEditing: SqlEditingStore
  /** Kinds that have an editor. */
  readonly editable: ReadonlySet<SchemaKind>
}

/** Making schemas and changing them. */
export function createSchemaCommands(deps: SchemaCommandDeps & { readonly isOpen: () => boolean }): readonly Command[] {
  const { tabs, editable, isOpen } = deps
  return [
    {
      id: 'schema.newPublic',
      title: 'New Public Schema…',
      group: 'Schemas',
      words: 'publish table dataset contract',
      keys: 'CmdOrCtrl+Shift+P',
      enabled: () => isOpen() && editable.has('public'),
      run: () => tabs.newPublic(),
    },
    {
      id: 'schema.newConsumer',
      title: 'New Consumer Schema…',
      group: 'Schemas',
      words: 'consume subscribe write into',
      keys: 'CmdOrCtrl+Shift+C',
      enabled: () => isOpen() && editable.has('consumer'),
      run: () => tabs.newConsumer(),
    },
    {
      id: 'schema.edit',
      title: 'Edit the Selected Schema',
      group: 'Schemas',
      words: 'change sql draft',
      keys: 'CmdOrCtrl+E',
      enabled: () => isOpen() && selectedSchema(deps) !== undefined,
      run: () => void tabs.edit(selectedSchema(deps) ?? ''),
    },
    {
      id: 'sql.format',
      title: 'Format SQL',
      group: 'Schemas',
      words: 'pretty indent beautify lines',
      keys: 'Shift+Alt+F',
      enabled: () => formatOf(deps) !== undefined,
      run: () => formatOf(deps)?.(),
    },
    {
      id: 'schema.remove',
      title: 'Retire or Remove the Selected Schema…',
      group: 'Schemas',
      words: 'delete drop retire',
      enabled: () => isOpen() && selectedSchema(deps) !== undefined,
      run: () => removeSelected(deps),
    },
  ]
}

function removeSelected(deps: SchemaCommandDeps): void {
  const id = selectedSchema(deps)
  const kind = deps.layout.store.getState().selection?.kind === 'schema' ? 'public' : 'consumer'
  if (id !== undefined) void deps.removals.look({ kind, id })
}

function formatOf({ sqlEditing }: SchemaCommandDeps): (() => void) | undefined {
  return sqlEditing.store.getState().format
}

/** Where each draft is gone on with. */
export function jumpsToDrafts({ schemaDrafts, tabs, editable }: SchemaCommandDeps): readonly Command[] {
  return Object.values(schemaDrafts.store.getState().drafts)
    .filter(({ kind }) => editable.has(kind))
    .map(({ id, kind, form }) => ({
      id: `jump.draft.${id}`,
      title: `${form.name === '' ? 'Unnamed' : form.name} (draft)`,
      detail: `${kind === 'public' ? 'Public' : 'Consumer'} schema · ${form.manifest}`,
      words: `draft ${kind} schema ${form.manifest}`,
      group: 'Jump',
      run: () => tabs.show(id),
    }))
}

function selectedSchema({ app, layout, editable }: SchemaCommandDeps): string | undefined {
  const { selection } = layout.store.getState()
  // Other teams' schemas are selected too, and changed by them.
  const isOwn = (all: readonly { readonly id: string }[] = []) => all.some(({ id }) => id === selection?.id)
  const { publicSchemas, consumers } = app.getState().workspace ?? {}
  if (selection?.kind === 'schema' && editable.has('public') && isOwn(publicSchemas)) return selection.id
  return selection?.kind === 'consumer' && editable.has('consumer') && isOwn(consumers) ? selection.id : undefined
}
