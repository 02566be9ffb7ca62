import { type RefObject, useMemo, useRef } from 'react'
import type { ConnectionView, PublicSchemaView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useLate } from '../../components/use-late.ts'
import { GridSkeleton, VirtualGrid } from '../../components/virtual-grid.tsx'
import { useApp, useLayout, useProgram, useTables } from '../../stores/program.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { WithInspector } from '../shell/with-inspector.tsx'
import { CatalogueBar } from './catalogue-bar.tsx'
import { ConnectionRows } from './connection-rows.tsx'
import { focusInspector } from './focus-inspector.ts'
import { TableDetails } from './inspector/table-details.tsx'
import { type FoundTable, searchTables } from './search-tables.ts'
import { tableColumns } from './table-columns.tsx'

const noConnections: readonly ConnectionView[] = []
const noSchemas: readonly PublicSchemaView[] = []

/** Tables of the databases that a person asked to read. */
export function Tables() {
  const selected = useTables((state) => state.selected)
  return (
    <WithInspector
      width="catalogueInspectorWidth"
      inspector={selected === undefined ? undefined : <TableDetails selected={selected} />}
    >
      <List />
    </WithInspector>
  )
}

function List() {
  const { layout, tables } = useProgram()
  const connections = useApp((state) => state.workspace?.connections ?? noConnections)
  const text = useLayout((state) => state.tableSearch)
  const read = useTables((state) => state.read)
  const grid = useRef<HTMLDivElement>(null)
  const lists = useMemo(
    () =>
      connections.flatMap(({ id }) => {
        const list = read.get(id)?.list
        return list === undefined ? [] : [{ connection: id, tables: list.tables }]
      }),
    [connections, read],
  )
  const found = useMemo(() => searchTables(lists, text), [lists, text])
  const all = lists.reduce((sum, list) => sum + list.tables.length, 0)
  const first = lists.length === 0 && [...read.values()].some(({ state }) => state === 'reading')
  const late = useLate(first)
  return (
    <>
      <CatalogueBar
        label="Search tables"
        text={text}
        onText={(tableSearch) => layout.change({ tableSearch })}
        onDown={() => {
          grid.current?.focus()
          tables.select(found[0])
        }}
        count={
          lists.length === 0
            ? ''
            : found.length === all
              ? formatPlural(all, 'table')
              : `${formatCount(found.length)} of ${formatCount(all)}`
        }
      />
      {connections.length === 0 ? (
        <NoConnection />
      ) : (
        <>
          <ConnectionRows connections={connections} />
          {lists.length > 0 && found.length > 0 ? (
            <Found found={found} several={lists.length > 1} gridRef={grid} />
          ) : late ? (
            <GridSkeleton
              label="Reading tables"
              columns={tableColumns({ several: false, schemas: [], nameOf: String })}
            />
          ) : first ? null : all > 0 ? (
            <EmptyState title="No table matches" sentence="Every word must be in the name of the schema or table.">
              <Button onClick={() => layout.change({ tableSearch: '' })}>Clear the search</Button>
            </EmptyState>
          ) : lists.length > 0 ? (
            <EmptyState
              title="There is no table"
              sentence="Tables of the server itself and of extensions are left out. Another role may see more."
            />
          ) : (
            <EmptyState
              title="No tables are read yet"
              sentence="Databases are asked only when you say so: their names, columns and keys, never their rows."
            />
          )}
        </>
      )}
    </>
  )
}

interface FoundProps {
  readonly found: readonly FoundTable[]
  readonly several: boolean
  readonly gridRef: RefObject<HTMLDivElement | null>
}

function Found({ found, several, gridRef }: FoundProps) {
  const { tables } = useProgram()
  const selected = useTables((state) => state.selected)
  const schemas = useApp((state) => state.workspace?.publicSchemas ?? noSchemas)
  const connections = useApp((state) => state.workspace?.connections ?? noConnections)
  const columns = useMemo(() => {
    const names = new Map(connections.map(({ id, slug }) => [id, slug]))
    return tableColumns({ several, schemas, nameOf: (id) => names.get(id) ?? id })
  }, [several, schemas, connections])
  return (
    <VirtualGrid
      ref={gridRef}
      label="Tables"
      columns={columns}
      rows={found}
      keyOf={keyOf}
      selected={selected === undefined ? undefined : keyOf(selected)}
      onSelect={tables.select}
      onOpen={focusInspector}
    />
  )
}

function keyOf({ connection, table }: FoundTable): string {
  return `${connection}:${table.oid}`
}

function NoConnection() {
  const { commands } = useProgram()
  return (
    <EmptyState
      title="No database is connected here yet"
      sentence="Connect one, and each of its tables can be published from here."
    >
      <Button kind="primary" onClick={() => commands.run('connection.new')}>
        Connect a database
      </Button>
      <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
    </EmptyState>
  )
}
