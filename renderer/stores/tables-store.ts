import { createStore } from 'zustand/vanilla'
import type { TableDetail, TableList, TableRow } from '../../main/contract/catalogue.ts'
import type { FailureView } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'

/** What is known of a database's tables. `list` stays while it is read again, and when that fails. */
export interface ReadTables {
  readonly state: 'reading' | 'read' | 'failed'
  /** When the reading began, or was over; ms since 1970. */
  readonly at: number
  readonly list?: TableList
  readonly failure?: FailureView
}

export interface SelectedTable {
  readonly connection: string
  readonly table: TableRow
}

export interface TablesState {
  /** By connection, `<manifest>/<slug>`; those that nobody asked about are absent. */
  readonly read: ReadonlyMap<string, ReadTables>
  readonly selected: SelectedTable | undefined
  readonly detail: TableDetail | undefined
  readonly detailFailure: FailureView | undefined
}

export interface TablesStore {
  readonly store: ReturnType<typeof createTablesState>
  /** Connects to the database: only because a person asked. */
  read(connection: string): Promise<void>
  /** What was read before stays. */
  cancel(connection: string): void
  select(selected: SelectedTable | undefined): void
  /** Another workspace: what is under way is cancelled. */
  forget(): void
}

const empty: TablesState = { read: new Map(), selected: undefined, detail: undefined, detailFailure: undefined }

const createTablesState = () => createStore<TablesState>(() => empty)

export function createTablesStore(invoke: Invoke): TablesStore {
  const store = createTablesState()
  /** Answers to what another workspace asked are dropped. */
  let turn = 0

  const put = (connection: string, next: ReadTables | undefined) => {
    const read = new Map(store.getState().read)
    if (next === undefined) read.delete(connection)
    else read.set(connection, next)
    store.setState({ read })
  }

  const readDetail = async ({ connection, table: { oid } }: SelectedTable) => {
    const result = await invoke('catalogue.table', { connection, oid })
    const { selected } = store.getState()
    if (selected?.connection !== connection || selected.table.oid !== oid) return
    if (result.ok) store.setState({ detail: result.value, detailFailure: undefined })
    else store.setState({ detail: undefined, detailFailure: result.failure })
  }

  const select = (selected: SelectedTable | undefined) => {
    store.setState({ selected, detail: undefined, detailFailure: undefined })
    if (selected !== undefined) void readDetail(selected)
  }

  return {
    store,
    async read(connection) {
      const mine = turn
      const before = store.getState().read.get(connection)?.list
      const known = before === undefined ? {} : { list: before }
      put(connection, { state: 'reading', at: Date.now(), ...known })
      const result = await invoke('catalogue.readTables', { connection })
      if (mine !== turn) return
      const at = Date.now()
      if (!result.ok) return put(connection, { state: 'failed', at, failure: result.failure, ...known })
      const list = result.value
      if (list === undefined)
        return put(connection, before === undefined ? undefined : { state: 'read', at, list: before })
      put(connection, { state: 'read', at, list })
      // The selected one as it is now, or none any more.
      const { selected } = store.getState()
      if (selected?.connection !== connection) return
      const again = list.tables.find(({ oid }) => oid === selected.table.oid)
      select(again === undefined ? undefined : { connection, table: again })
    },
    cancel: (connection) => void invoke('catalogue.cancel', { connection }),
    select,
    forget() {
      turn += 1
      for (const [connection, { state }] of store.getState().read)
        if (state === 'reading') void invoke('catalogue.cancel', { connection })
      store.setState(empty)
    },
  }
}
