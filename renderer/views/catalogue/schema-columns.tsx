import { ObjectIcon } from '../../components/object-icon.tsx'
import { StateWord } from '../../components/state-word.tsx'
import { Ago } from '../../components/time.tsx'
import type { GridColumn } from '../../components/virtual-grid.tsx'
import type { ObjectState } from '../../stores/object-state.ts'
import { useLastEvent, useStatus } from '../../stores/program.ts'
import { formatDuration } from '../../text/format-time.ts'
import type { FoundSchema } from './search-schemas.ts'

interface SchemaColumnsInput {
  readonly states: ReadonlyMap<string, ObjectState>
  readonly readersOf: (schema: string) => number
}

/** The table of public schemas. */
export function schemaColumns({ states, readersOf }: SchemaColumnsInput): readonly GridColumn<FoundSchema>[] {
  return [
    { name: 'Name', width: { share: 3, minPx: 200 }, cell: Name },
    { name: 'Version', width: { px: 72 }, look: 'mono', cell: ({ schema }) => schema.version },
    {
      name: 'Store',
      width: { share: 1, minPx: 110 },
      look: 'quiet',
      from: 'middle',
      cell: ({ schema }) => schema.source.slice(schema.source.lastIndexOf('/') + 1),
    },
    {
      name: 'Owner',
      width: { share: 1, minPx: 110 },
      look: 'quiet',
      from: 'middle',
      cell: ({ schema }) => schema.owner ?? <span className="muted">No owner</span>,
    },
    { name: 'Consumers', width: { px: 84 }, look: 'number', cell: ({ schema }) => readersOf(schema.id) },
    {
      name: 'Last event',
      width: { px: 92 },
      look: 'number',
      from: 'middle',
      cell: ({ schema }) => <LastEvent schema={schema.id} />,
    },
    {
      name: 'Lag',
      width: { px: 72 },
      look: 'number',
      from: 'wide',
      cell: ({ schema }) => <Lag source={schema.source} />,
    },
    {
      name: 'State',
      width: { px: 132 },
      cell: ({ schema }) => {
        const state = states.get(`schema:${schema.id}`)
        return state === undefined ? null : <StateWord state={state} more />
      },
    },
  ]
}

function Name({ schema, why }: FoundSchema) {
  return (
    <span className="grid-name" title={schema.description}>
      <ObjectIcon kind="schema" />
      <span className="ellipsis">{schema.name}</span>
      {schema.deprecated !== undefined && <span className="word-chip word-chip-warn">deprecated</span>}
      {why !== undefined && <span className="found-why ellipsis">{why}</span>}
    </span>
  )
}

/** Of a public schema, as the event store has it. */
export function LastEvent({ schema }: { schema: string }) {
  const last = useLastEvent(schema)
  if (last === undefined) return <span className="muted">…</span>
  return last === null ? <span className="muted">none</span> : <Ago at={last} />
}

/** Between a commit at the source and its event on disk. */
function Lag({ source }: { source: string }) {
  const lagMs = useStatus((state) => state.status?.sources.find(({ id }) => id === source)?.lagMs)
  return lagMs === undefined ? null : formatDuration(lagMs)
}
