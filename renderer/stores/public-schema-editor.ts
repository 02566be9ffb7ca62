import { createStore } from 'zustand/vanilla'
import type { PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { CatalogueTable } from '../../sync-core/domain/catalogue.ts'
import type { Completions } from '../../sync-core/domain/completion.ts'
import type { PublicSchemaDescription, TableRead } from '../../sync-core/domain/description.ts'
import type { Invoke } from '../bridge/invoke.ts'
import { mayBeSame, readTable } from '../text/table-name.ts'
import { publishedName, rowSql, tableText } from '../text/table-sql.ts'
import { mergedColumns } from './merge-contract.ts'
import { createRowQuestions, type RowQuestions } from './public-editor-rows.ts'
import {
  initialEditor,
  notAsked,
  type PanelId,
  type PublicEditorState,
  type RowsWanted,
} from './public-editor-state.ts'
import { sameForm } from './same-form.ts'
import type { EditedPublic, SchemaDraftsStore } from './schema-drafts-store.ts'

/** The editor of one public schema: its draft is elsewhere; here is what its database says of it, and what is shown. */
export interface PublicSchemaEditor extends RowQuestions {
  readonly store: ReturnType<typeof createEditorState>
  /** Its screen is there: the database is asked, and its catalogue watched. Returns how to end that. */
  show(): () => void
  selectTable(table: number): void
  selectColumn(name: string | undefined): void
  openPanel(panel: PanelId): void
  togglePanel(): void
  want(wanted: Partial<RowsWanted>): void
  setSql(sql: string): void
  complete(sql: string, offset: number): Promise<Completions | undefined>
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

const createEditorState = () => createStore<PublicEditorState>(() => initialEditor)

/** The text at once, the server when typing pauses. */
const checkAfterMs = 60
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
  let turn = 0
  let timers: ReturnType<typeof setTimeout>[] = []
  /** Tables that the catalogue is asked for just now: each key that is typed would ask again, and crowd out the rest. */
  const sought = new Set<string>()
  const question = `describe ${id}`

  const draft = (): EditedPublic | undefined => {
    const found = drafts.store.getState().drafts[id]
    return found?.kind === 'public' ? found : undefined
  }
  const form = () => draft()?.form
  const connection = () => connectionOf(form())
  const change = (patch: Parameters<SchemaDraftsStore['changePublic']>[1]) => drafts.changePublic(id, patch)
  const rows = createRowQuestions({
    id,
    invoke,
    store,
    connection,
    transformation: () => form()?.transformations[store.getState().table],
  })

  const check = async () => {
    const mine = turn
    const now = form()
    if (now === undefined) return
    const answer = await invoke('publicSchema.check', { draft: asked(now) })
    if (mine !== turn || !answer.ok) return
    const before = store.getState().described
    set({ described: before === undefined ? answer.value : withText(before, answer.value) })
  }
  const describe = async () => {
    const mine = turn
    const [now, place] = [form(), connection()]
    if (now === undefined || place === undefined) return set({ asking: false })
    set({ asking: true })
    const answer = await invoke('publicSchema.describe', { connection: place, question, draft: asked(now) })
    if (mine !== turn) return
    if (!answer.ok) return set({ asking: false, failure: answer.failure })
    set({ asking: false, failure: undefined, described: answer.value, describedAt: Date.now() })
    follow(answer.value)
    void compare()
    rows.refresh(answer.value)
  }
  /** The contract is what the SQL gives; of a saved one that nobody touched it is what was promised. */
  const follow = ({ columns }: PublicSchemaDescription) => {
    const now = draft()
    if (now === undefined || columns.length === 0) return
    const { base } = now
    const isTouched = base === undefined || !sameForm(now.form.transformations, base.transformations)
    change((current) => {
      const known = (name: string) => current.columns.find((column) => column.name === name)
      const back = base?.columns.filter(({ name }) => known(name) === undefined) ?? []
      if (isTouched) return { columns: mergedColumns([...current.columns, ...back], columns) }
      return { columns: base.columns.map((column) => known(column.name) ?? column) }
    })
  }
  const compare = async () => {
    const now = draft()
    if (now?.schema === undefined) return set({ comparison: undefined })
    const columns = now.form.columns.map(({ name, postgresType, nullable, description }) => ({
      name,
      postgresType,
      nullable,
      description,
    }))
    const key = keyOf(now.form, store.getState().described)
    const answer = await invoke('publicSchema.compare', {
      schema: now.schema,
      draft: { columns, key: key && [...key] },
    })
    if (now.form === form()) set({ comparison: answer.ok ? answer.value : undefined })
  }
  const askSoon = (afterMs: number) => {
    turn += 1
    for (const timer of timers) clearTimeout(timer)
    timers = [
      setTimeout(() => void check(), Math.min(checkAfterMs, afterMs)),
      setTimeout(() => void describe(), afterMs),
    ]
  }
  const readTables = async () => {
    const place = connection()
    const names = (form()?.transformations ?? []).map(({ table }) => table)
    if (place === undefined) return
    for (const written of names) {
      const name = readTable(written)
      const wanted = `${place} ${written}`
      if (store.getState().tables[written] !== undefined || sought.has(wanted) || name === undefined) continue
      sought.add(wanted)
      const inSchema = name.schema === undefined ? {} : { schema: name.schema }
      const answer = await invoke('catalogue.search', {
        connection: place,
        search: name.name,
        ...inSchema,
        offset: 0,
        limit: 200,
      })
      sought.delete(wanted)
      if (!answer.ok || place !== connection()) return
      const found = answer.value.tables.find(
        (table) => mayBeSame(written, tableText(table)) && table.name === name.name,
      )
      const { serverVersion } = answer.value
      if (found === undefined) set({ serverVersion })
      else set(({ tables }) => ({ serverVersion, tables: { ...tables, [written]: found } }))
    }
  }
  /** Somebody may alter or drop a table under the open editor. */
  const watch = async () => {
    const place = connection()
    if (place === undefined || document.visibilityState === 'hidden') return
    const answer = await invoke('catalogue.refresh', { connection: place })
    if (!answer.ok || !answer.value.changed || place !== connection()) return
    set({ tables: {} })
    askSoon(0)
    void readTables()
  }

  const changed = (now: EditedPublic | undefined, before: EditedPublic | undefined) => {
    if (now === undefined || now.form === before?.form) return
    const isOther = before === undefined || !sameForm(asked(now.form), asked(before.form))
    const isElsewhere = connectionOf(now.form) !== connectionOf(before?.form)
    if (isElsewhere) set({ tables: {}, describedAt: undefined, failure: undefined })
    if (isOther || isElsewhere) askSoon(askAfterMs)
    else if (now.form.columns !== before?.form.columns) void compare()
    if (isOther || isElsewhere) void readTables()
    const last = now.form.transformations.length - 1
    if (store.getState().table > last) set({ table: Math.max(0, last) })
  }

  const selectTable = (table: number) => {
    set({ table })
    const { described } = store.getState()
    if (described !== undefined) rows.refresh(described)
  }

  return {
    ...rows,
    store,
    show() {
      askSoon(0)
      void readTables()
      let before = draft()
      const unsubscribe = drafts.store.subscribe(() => {
        const now = draft()
        changed(now, before)
        before = now
      })
      const look = () => void watch()
      const timer = setInterval(look, watchEveryMs)
      window.addEventListener('focus', look)
      return () => {
        turn += 1
        for (const each of timers) clearTimeout(each)
        unsubscribe()
        clearInterval(timer)
        window.removeEventListener('focus', look)
        void invoke('question.cancel', { question })
        rows.cancel()
        set({ asking: false })
      }
    },
    selectTable,
    selectColumn: (column) => set({ column, renaming: undefined }),
    openPanel(panel) {
      set({ panel, panelOpen: true })
      const { described } = store.getState()
      if (described !== undefined) rows.refresh(described)
    },
    togglePanel: () => set(({ panelOpen }) => ({ panelOpen: !panelOpen })),
    want(wanted) {
      const isOther = wanted.by !== undefined && wanted.by !== store.getState().wanted.by
      set((state) => ({ wanted: { ...state.wanted, ...wanted }, ...(isOther ? { preview: notAsked } : {}) }))
      const { described } = store.getState()
      if (described !== undefined && wanted.by !== undefined) rows.refresh(described)
    },
    setSql(sql) {
      const { table } = store.getState()
      change(({ transformations }) => ({
        transformations: transformations.map((one, place) => (place === table ? { ...one, sql } : one)),
      }))
    },
    async complete(sql, offset) {
      const place = connection()
      const written = form()?.transformations[store.getState().table]?.table ?? ''
      if (place === undefined) return undefined
      const columns = store.getState().tables[written]?.columns ?? []
      const placeholders = columns.map(({ name, type }) => ({ name, type }))
      const answer = await invoke('sql.complete', { connection: place, sql, offset, placeholders, statement: 'public' })
      return answer.ok ? answer.value : undefined
    },
    addTable(table) {
      const written = tableText(table)
      const reads = store.getState().described?.statements.flatMap((statement) => statement.reads) ?? []
      const cure = reads.find((read) => read.cure !== undefined && mayBeSame(read.table, written))?.cure
      change(({ transformations, name }) => ({
        transformations: [...transformations, cure ?? { table: written, sql: rowSql(table) }],
        ...(name === '' ? { name: publishedName(table.name) } : {}),
      }))
      selectTable((form()?.transformations.length ?? 1) - 1)
    },
    removeTable(table) {
      change(({ transformations }) => ({ transformations: transformations.filter((_, place) => place !== table) }))
      const { table: current } = store.getState()
      if (current > 0 && current >= table) selectTable(current - 1)
    },
    listen({ cure }) {
      if (cure === undefined) return
      change(({ transformations, notTracked }) => ({
        transformations: [...transformations, cure],
        notTracked: notTracked.filter((table) => !mayBeSame(table, cure.table)),
      }))
      selectTable((form()?.transformations.length ?? 1) - 1)
    },
    ignore: ({ table }) => change(({ notTracked }) => ({ notTracked: [...notTracked, table] })),
    track: (table) =>
      change(({ notTracked }) => ({ notTracked: notTracked.filter((other) => !mayBeSame(other, table)) })),
    toggleKey(column) {
      change((current) => {
        const key = keyOf(current, store.getState().described) ?? []
        return { key: key.includes(column) ? key.filter((name) => name !== column) : [...key, column] }
      })
    },
    changeColumn(name, patch) {
      change(({ columns }) => ({
        columns: columns.map((column) => (column.name === name ? { ...column, ...patch } : column)),
      }))
    },
    async rename(from, to) {
      const before = form()
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
      if (transformations.length < before.transformations.length || form() !== before)
        return set({ renaming: `The SQL does not name "${from}" by itself: write "as ${to}" there` })
      change(({ columns, key }) => ({
        transformations,
        columns: columns.map((column) => (column.name === from ? { ...column, name: to } : column)),
        key: key.map((column) => (column === from ? to : column)),
      }))
      set({ column: to, renaming: undefined })
    },
  }
}

/** The key that is stated, else what the SQL pins. */
export function keyOf(
  { key }: Pick<PublicSchemaForm, 'key'>,
  described: PublicSchemaDescription | undefined,
): readonly string[] | undefined {
  return key.length > 0 ? key : described?.suggestedKey
}

export function connectionOf(form: PublicSchemaForm | undefined): string | undefined {
  return form === undefined || form.connection === '' ? undefined : `${form.manifest}/${form.connection}`
}

/** All that a description depends on. */
function asked({ name, transformations, key, notTracked }: PublicSchemaForm) {
  return { name, transformations, notTracked, ...(key.length === 0 ? {} : { key }) }
}

/** New words about a text, with what the server said of the former: its columns stay in sight while one types. */
function withText(before: PublicSchemaDescription, text: PublicSchemaDescription): PublicSchemaDescription {
  const statements = text.statements.map((statement) => {
    const former = before.statements.find(({ table }) => table === statement.table)
    return { ...statement, tableProblem: statement.tableProblem ?? former?.tableProblem, columns: former?.columns }
  })
  return { ...before, statements, suggestedKey: text.suggestedKey ?? before.suggestedKey }
}
