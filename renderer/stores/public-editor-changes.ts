import type { StoreApi } from 'zustand/vanilla'
import type { PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { TableRead } from '../../sync-core/domain/description.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { mayBeSame } from '../text/table-name.ts'
import { publishedName, rowSql, tableText } from '../text/table-sql.ts'
import { type EditedDraft, keyOf } from './public-editor-draft.ts'
import type { PublicEditorState } from './public-editor-state.ts'

/** What a person changes in a public schema, beyond single fields of its form. */
export interface DraftChanges {
  setSql(sql: string): void
  addTable(table: CatalogueTable): void
  removeTable(table: number): void
  /** A table that is only read: its changes are listened to, by the transformation that was suggested. */
  listen(read: TableRead): void
  /** Its changes are, knowingly, not listened to. */
  ignore(read: TableRead): void
  /** Takes that back. */
  track(table: string): void
  toggleKey(column: string): void
  changeColumn(name: string, patch: Partial<PublicSchemaForm['columns'][number]>): void
  /** Changes the SQL: that is where names come from. */
  rename(from: string, to: string): Promise<void>
}

export function createDraftChanges(deps: {
  invoke: Invoke
  store: StoreApi<PublicEditorState>
  edited: EditedDraft
  selectTable(table: number): void
}): DraftChanges {
  const { invoke, store, edited, selectTable } = deps
  const set = store.setState
  const selectLastTable = () => selectTable((edited.form()?.transformations.length ?? 1) - 1)
  return {
    setSql(sql) {
      const { table } = store.getState()
      edited.change(({ transformations }) => ({
        transformations: transformations.map((one, place) => (place === table ? { ...one, sql } : one)),
      }))
    },
    addTable(table) {
      const written = tableText(table)
      const reads = store.getState().described?.statements.flatMap((statement) => statement.reads) ?? []
      const cure = reads.find((read) => read.cure !== undefined && mayBeSame(read.table, written))?.cure
      edited.change(({ transformations, name }) => ({
        transformations: [...transformations, cure ?? { table: written, sql: rowSql(table) }],
        ...(name === '' ? { name: publishedName(table.name) } : {}),
      }))
      selectLastTable()
    },
    removeTable(table) {
      edited.change(({ transformations }) => ({
        transformations: transformations.filter((_, place) => place !== table),
      }))
      const { table: current } = store.getState()
      if (current > 0 && current >= table) selectTable(current - 1)
    },
    listen({ cure }) {
      if (cure === undefined) return
      edited.change(({ transformations, notTracked }) => ({
        transformations: [...transformations, cure],
        notTracked: notTracked.filter((table) => !mayBeSame(table, cure.table)),
      }))
      selectLastTable()
    },
    ignore: ({ table }) => edited.change(({ notTracked }) => ({ notTracked: [...notTracked, table] })),
    track: (table) =>
      edited.change(({ notTracked }) => ({ notTracked: notTracked.filter((other) => !mayBeSame(other, table)) })),
    toggleKey(column) {
      edited.change((current) => {
        const key = keyOf(current, store.getState().described) ?? []
        return { key: key.includes(column) ? key.filter((name) => name !== column) : [...key, column] }
      })
    },
    changeColumn(name, patch) {
      edited.change(({ columns }) => ({
        columns: columns.map((column) => (column.name === name ? { ...column, ...patch } : column)),
      }))
    },
    async rename(from, to) {
      const before = edited.form()
      if (before === undefined || from === to) return set({ renaming: undefined })
      if (before.columns.some((column) => column.name === to))
        return set({ renaming: `There is a column "${to}" already` })
      const texts = await Promise.all(
        before.transformations.map(({ sql }) => invoke('publicSchema.rename', { sql, from, to })),
      )
      const transformations = before.transformations.flatMap(({ table }, place) => {
        const answer = texts[place]
        return answer?.ok && answer.value.sql !== undefined ? [{ table, sql: answer.value.sql }] : []
      })
      if (transformations.length < before.transformations.length || edited.form() !== before)
        return set({ renaming: `The SQL does not name "${from}" by itself: write "as ${to}" there` })
      edited.change(({ columns, key }) => ({
        transformations,
        columns: columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
        key: key.map((column) => (column === from ? to : column)),
      }))
      set({ column: to, renaming: undefined })
    },
  }
}
