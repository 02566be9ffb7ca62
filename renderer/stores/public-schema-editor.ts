import { createStore } from 'zustand/vanilla'
import type { Invoke } from '../bridge/invoke.ts'
import { createDraftChanges, type DraftChanges } from './public-editor-changes.ts'
import { createDescriptionQuestions } from './public-editor-description.ts'
import { connectionOf, describedPart, editedDraft } from './public-editor-draft.ts'
import { createRowQuestions, type RowQuestions } from './public-editor-rows.ts'
import {
  initialEditor,
  notAsked,
  type PanelId,
  type PublicEditorState,
  type RowsWanted,
} from './public-editor-state.ts'
import { createTableQuestions, type TableQuestions } from './public-editor-tables.ts'
import { sameForm } from './same-form.ts'
import type { EditedPublic, SchemaDraftsStore } from './schema-drafts-store.ts'

/** The editor of one public schema: its draft is elsewhere; here is what its database says of it, and what is shown. */
export interface PublicSchemaEditor extends RowQuestions, DraftChanges, Pick<TableQuestions, 'complete'> {
  readonly store: ReturnType<typeof createEditorState>
  /** Its screen is there: the database is asked, and its catalogue watched. Returns how to end that. */
  show(): () => void
  selectTable(table: number): void
  selectColumn(name: string | undefined): void
  openPanel(panel: PanelId): void
  togglePanel(): void
  want(wanted: Partial<RowsWanted>): void
}

const createEditorState = () => createStore<PublicEditorState>(() => initialEditor)

/** The server is asked when typing pauses. */
const askAfterMs = 250
const watchEveryMs = 10_000

export function createPublicSchemaEditor(deps: {
  id: string
  invoke: Invoke
  drafts: SchemaDraftsStore
}): PublicSchemaEditor {
  const { id, invoke, drafts } = deps
  const store = createEditorState()
  const set = store.setState
  const edited = editedDraft(id, drafts)
  const rows = createRowQuestions({
    id,
    invoke,
    store,
    connection: edited.connection,
    transformation: () => edited.form()?.transformations[store.getState().table],
  })
  const description = createDescriptionQuestions({ id, invoke, store, edited, onDescribed: rows.refresh })
  const tables = createTableQuestions({ invoke, store, edited })

  const watch = async () => {
    if (!(await tables.haveChanged())) return
    description.askIn(0)
    void tables.read()
  }
  const changed = (now: EditedPublic | undefined, before: EditedPublic | undefined) => {
    if (now === undefined || now.form === before?.form) return
    const isOther = before === undefined || !sameForm(describedPart(now.form), describedPart(before.form))
    const isElsewhere = connectionOf(now.form) !== connectionOf(before?.form)
    if (isElsewhere) set({ tables: {}, describedAt: undefined, failure: undefined })
    if (isOther || isElsewhere) description.askIn(askAfterMs)
    else if (now.form.columns !== before?.form.columns) void description.compare()
    if (isOther || isElsewhere) void tables.read()
    const last = now.form.transformations.length - 1
    if (store.getState().table > last) set({ table: Math.max(0, last) })
  }
  const refreshRows = () => {
    const { described } = store.getState()
    if (described !== undefined) rows.refresh(described)
  }
  const selectTable = (table: number) => {
    set({ table })
    refreshRows()
  }

  return {
    ...rows,
    ...createDraftChanges({ invoke, store, edited, selectTable }),
    store,
    complete: tables.complete,
    show() {
      description.askIn(0)
      void tables.read()
      let before = edited.draft()
      const unsubscribe = drafts.store.subscribe(() => {
        const now = edited.draft()
        changed(now, before)
        before = now
      })
      const look = () => void watch()
      const timer = setInterval(look, watchEveryMs)
      window.addEventListener('focus', look)
      return () => {
        unsubscribe()
        clearInterval(timer)
        window.removeEventListener('focus', look)
        description.cancel()
        rows.cancel()
      }
    },
    selectTable,
    selectColumn: (column) => set({ column, renaming: undefined }),
    openPanel(panel) {
      set({ panel, panelOpen: true })
      refreshRows()
    },
    togglePanel: () => set(({ panelOpen }) => ({ panelOpen: !panelOpen })),
    want(wanted) {
      const isOther = wanted.by !== undefined && wanted.by !== store.getState().wanted.by
      set((state) => ({ wanted: { ...state.wanted, ...wanted }, ...(isOther ? { preview: notAsked } : {}) }))
      if (wanted.by !== undefined) refreshRows()
    },
  }
}
