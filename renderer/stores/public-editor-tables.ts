import type { StoreApi } from 'zustand/vanilla'
import type { Completions } from '../../sync-core/domain/completion.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { mayBeSame, readTable } from '../text/table-name.ts'
import { tableText } from '../text/table-sql.ts'
import type { EditedDraft } from './public-editor-draft.ts'
import type { PublicEditorState } from './public-editor-state.ts'

/** The catalogue's word on the tables of a draft. */
export interface TableQuestions {
  /** Looks up the tables that are not known yet. */
  read(): Promise<void>
  /** Whether somebody has altered or dropped a table under the open editor; what was known is then forgotten. */
  haveChanged(): Promise<boolean>
  /** What may be written at a place of the SQL in sight. */
  complete(sql: string, offset: number): Promise<Completions | undefined>
}

export function createTableQuestions(deps: {
  invoke: Invoke
  store: StoreApi<PublicEditorState>
  edited: EditedDraft
}): TableQuestions {
  const { invoke, store, edited } = deps
  const set = store.setState
  /** Tables that the catalogue is asked for just now: each key that is typed would ask again, and crowd out the rest. */
  const sought = new Set<string>()
  return {
    async read() {
      const connection = edited.connection()
      const names = (edited.form()?.transformations ?? []).map(({ table }) => table)
      if (connection === undefined) return
      for (const written of names) {
        const name = readTable(written)
        const wanted = `${connection} ${written}`
        if (store.getState().tables[written] !== undefined || sought.has(wanted) || name === undefined) continue
        sought.add(wanted)
        const inSchema = name.schema === undefined ? {} : { schema: name.schema }
        const search = { connection, search: name.name, ...inSchema, offset: 0, limit: 200 }
        const answer = await invoke('catalogue.search', search)
        sought.delete(wanted)
        if (!answer.ok || connection !== edited.connection()) return
        const { serverVersion } = answer.value
        const found = answer.value.tables.find(
          (table) => mayBeSame(written, tableText(table)) && table.name === name.name,
        )
        if (found === undefined) set({ serverVersion })
        else set(({ tables }) => ({ serverVersion, tables: { ...tables, [written]: found } }))
      }
    },
    async haveChanged() {
      const connection = edited.connection()
      if (connection === undefined || document.visibilityState === 'hidden') return false
      const answer = await invoke('catalogue.refresh', { connection })
      if (!answer.ok || !answer.value.changed || connection !== edited.connection()) return false
      set({ tables: {} })
      return true
    },
    async complete(sql, offset) {
      const connection = edited.connection()
      if (connection === undefined) return undefined
      const { table, tables } = store.getState()
      const written = edited.form()?.transformations[table]?.table ?? ''
      const placeholders = (tables[written]?.columns ?? []).map(({ name, type }) => ({ name, type }))
      const answer = await invoke('sql.complete', { connection, sql, offset, placeholders, statement: 'public' })
      return answer.ok ? answer.value : undefined
    },
  }
}
