import { createStore } from 'zustand/vanilla'
import type { Cursor } from '../editor/create-sql-editor.ts'

/** The editor of SQL that is shown; there is one at a time. */
export interface SqlEditing {
  /** `undefined`: none is shown. */
  readonly cursor: Cursor | undefined
  /** Puts its lines and spaces in order, as one step that can be undone. */
  readonly format: (() => void) | undefined
}

const none: SqlEditing = { cursor: undefined, format: undefined }

export type SqlEditingStore = ReturnType<typeof createSqlEditing>

export function createSqlEditing() {
  const store = createStore<SqlEditing>(() => none)
  return {
    store,
    /** Returns what takes it away again, unless another one has come meanwhile. */
    show(format: () => void): () => void {
      store.setState({ format })
      return () => {
        if (store.getState().format === format) store.setState(none)
      }
    },
    moveTo: (cursor: Cursor): void => store.setState({ cursor }),
  }
}
