import { useEffect, useMemo, useRef } from 'react'
import type { ConsumerView, PublicSchemaView } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { VirtualGrid } from '../../components/virtual-grid.tsx'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import { useStates } from '../../stores/use-states.ts'
import { useWhole } from '../../stores/with-teams.ts'
import { formatPlural } from '../../text/format-number.ts'
import { ObjectInspector } from '../inspector/object-inspector.tsx'
import { WithInspector } from '../shell/with-inspector.tsx'
import { CatalogueBar } from './catalogue-bar.tsx'
import { FacetMenus } from './facet-menus.tsx'
import { focusInspector } from './focus-inspector.ts'
import { SchemaDetails } from './inspector/schema-details.tsx'
import { schemaColumns } from './schema-columns.tsx'
import { type SchemaSearch, searchSchemas } from './search-schemas.ts'

const noSchemas: readonly PublicSchemaView[] = []
const noConsumers: readonly ConsumerView[] = []

export function PublicSchemas() {
  const selection = useLayout((layout) => layout.selection)
  const schemas = useWhole((whole) => whole.publicSchemas) ?? noSchemas
  const selected = selection?.kind === 'schema' ? schemas.find(({ id }) => id === selection.id) : undefined
  const details =
    selected !== undefined ? (
      <SchemaDetails schema={selected} />
    ) : selection === null ? undefined : (
      <ObjectInspector selection={selection} />
    )
  return (
    <WithInspector width="catalogueInspectorWidth" inspector={details}>
      <List schemas={schemas} />
    </WithInspector>
  )
}

function List({ schemas }: { schemas: readonly PublicSchemaView[] }) {
  const { layout, freshness } = useProgram()
  const text = useLayout((state) => state.catalogueSearch)
  const chosen = useLayout((state) => state.catalogueFacets)
  const grid = useRef<HTMLDivElement>(null)
  const search = useMemo(() => searchSchemas(schemas, text, chosen), [schemas, text, chosen])
  useEffect(() => freshness.look(schemas.map(({ id }) => id)), [freshness, schemas])
  return (
    <>
      <CatalogueBar
        label="Search public schemas"
        text={text}
        onText={(catalogueSearch) => layout.change({ catalogueSearch })}
        onDown={() => {
          const [first] = search.found
          grid.current?.focus()
          if (first !== undefined) layout.select({ kind: 'schema', id: first.schema.id })
        }}
        count={
          search.found.length === schemas.length
            ? formatPlural(schemas.length, 'public schema')
            : `${search.found.length} of ${schemas.length}`
        }
      >
        <FacetMenus facets={search.facets} />
      </CatalogueBar>
      {schemas.length === 0 ? (
        <NothingPublished />
      ) : search.found.length === 0 ? (
        <EmptyState
          title="No public schema matches"
          sentence="Every word must be in its name, columns, tags, owner, description or manifest."
        >
          <Button onClick={() => layout.change({ catalogueSearch: '', catalogueFacets: {} })}>
            Clear search and filters
          </Button>
        </EmptyState>
      ) : (
        <Found search={search} gridRef={grid} />
      )}
    </>
  )
}

function Found({ search, gridRef }: { search: SchemaSearch; gridRef: React.RefObject<HTMLDivElement | null> }) {
  const { layout } = useProgram()
  const selection = useLayout((state) => state.selection)
  const consumers = useWhole((whole) => whole.consumers) ?? noConsumers
  const states = useStates()
  const readers = useMemo(() => Map.groupBy(consumers, ({ publicSchema }) => publicSchema), [consumers])
  const columns = useMemo(
    () => schemaColumns({ states, readersOf: (id) => readers.get(id)?.length ?? 0 }),
    [states, readers],
  )
  return (
    <VirtualGrid
      ref={gridRef}
      label="Public schemas"
      columns={columns}
      rows={search.found}
      keyOf={({ schema }) => schema.id}
      selected={selection?.kind === 'schema' ? selection.id : undefined}
      onSelect={({ schema }) => layout.select({ kind: 'schema', id: schema.id })}
      onOpen={focusInspector}
    />
  )
}

function NothingPublished() {
  const { commands } = useProgram()
  const hasConnections = useApp((state) => (state.workspace?.connections.length ?? 0) > 0)
  return (
    <EmptyState
      title="Nothing is published here yet"
      sentence="A public schema is a dataset that other teams may rely on, written as one SELECT over your tables."
    >
      <Button kind="primary" onClick={() => commands.run(hasConnections ? 'catalogue.tables' : 'connection.new')}>
        {hasConnections ? 'Look at your tables' : 'Connect a database'}
      </Button>
      <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
    </EmptyState>
  )
}
