import { Table2 } from 'lucide-react'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { GridColumn } from '../../components/virtual-grid.tsx'
import { formatCompact, formatCount } from '../../text/format-number.ts'
import { type FoundTable, identityFault, publishedBy } from './search-tables.ts'

interface TableColumnsInput {
  /** Tables of more than one database. */
  readonly several: boolean
  readonly schemas: readonly PublicSchemaView[]
  readonly nameOf: (connection: string) => string
}

export function tableColumns({ several, schemas, nameOf }: TableColumnsInput): readonly GridColumn<FoundTable>[] {
  const database: GridColumn<FoundTable> = {
    name: 'Database',
    width: { px: 120 },
    look: 'quiet',
    from: 'narrow',
    cell: ({ connection }) => nameOf(connection),
  }
  return [
    { name: 'Name', width: { share: 3, minPx: 180 }, cell: Name },
    ...(several ? [database] : []),
    { name: 'Columns', width: { px: 68 }, look: 'number', from: 'middle', cell: ({ table }) => table.columns },
    { name: 'Rows', width: { px: 72 }, look: 'number', cell: Rows },
    {
      name: 'Key',
      width: { share: 1, minPx: 100 },
      look: 'mono',
      cell: ({ table: { primaryKey } }) => primaryKey.join(', '),
    },
    { name: 'Replica identity', width: { px: 126 }, cell: Identity },
    {
      name: 'Published by',
      width: { share: 2, minPx: 120 },
      from: 'middle',
      cell: (found) => <PublishedBy schemas={publishedBy(found, schemas)} />,
    },
  ]
}

function Name({ table: { schema, name, kind, readable } }: FoundTable) {
  return (
    <span className="grid-name" title={`${schema}.${name}`}>
      <Table2 size={14} strokeWidth={1.6} className="table-icon" aria-hidden />
      <span className="ellipsis">
        {schema !== 'public' && <span className="muted">{schema}.</span>}
        {name}
      </span>
      {kind !== 'table' && <span className="word-chip">{kind}</span>}
      {!readable && <span className="word-chip word-chip-warn">no SELECT right</span>}
    </span>
  )
}

function Rows({ table: { rowsEstimated } }: FoundTable) {
  if (rowsEstimated === undefined)
    return (
      <span className="muted" title="No estimate yet: it was never analysed">
        –
      </span>
    )
  return (
    <span title={`About ${formatCount(rowsEstimated)}, as the server estimates`}>{formatCompact(rowsEstimated)}</span>
  )
}

function Identity({ table }: FoundTable) {
  const fault = identityFault(table)
  if (table.kind !== 'table' && table.kind !== 'partitioned table') return <span className="muted">no changes</span>
  if (fault === undefined) return <span className="text-2">{table.replicaIdentity}</span>
  return (
    <span className="state-word tone-warn" title={fault}>
      <StatusGlyph glyph="retrying" />
      {table.replicaIdentity === 'nothing' ? 'nothing' : 'no key'}
    </span>
  )
}

function PublishedBy({ schemas }: { schemas: readonly PublicSchemaView[] }) {
  const names = [...new Set(schemas.map(({ name }) => name))].join(', ')
  return <span title={names}>{names}</span>
}
