import { ChevronDown, ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { EventDetailView } from '../../../main/contract/contract.ts'
import { type ColumnChange, changedColumns } from '../../text/changed-columns.ts'
import { formatPlural } from '../../text/format-number.ts'
import { cellText, type JsonValue } from '../../text/lossless-json.ts'

/** Before and after, column by column. */
export function ChangedColumns({ detail }: { detail: EventDetailView }) {
  const { operation, payload, before } = detail
  const [open, setOpen] = useState(false)
  const columns = useMemo(
    () => changedColumns(operation === 'delete' ? payload : before, operation === 'delete' ? undefined : payload),
    [operation, payload, before],
  )
  const changed = columns.filter((column) => column.changed)
  const rest = columns.filter((column) => !column.changed)
  const Chevron = open ? ChevronDown : ChevronRight
  return (
    <section className="changes">
      <div className="section-head">
        <h3 className="grow">{titles[operation]}</h3>
        <span className="muted num">
          {changed.length} of {columns.length}
        </span>
      </div>
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            {operation !== 'insert' && <th scope="col">Before</th>}
            {operation !== 'delete' && <th scope="col">After</th>}
          </tr>
        </thead>
        <tbody>
          {changed.map((column) => (
            <Column key={column.column} column={column} operation={operation} />
          ))}
          {open && rest.map((column) => <Column key={column.column} column={column} operation={operation} />)}
        </tbody>
      </table>
      {rest.length > 0 && (
        <button type="button" className="changes-rest" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Chevron size={14} aria-hidden /> {formatPlural(rest.length, 'column')} unchanged
        </button>
      )}
    </section>
  )
}

const titles = { insert: 'New row', update: 'Changed columns', delete: 'Removed row' } as const

function Column({ column, operation }: { column: ColumnChange; operation: EventDetailView['operation'] }) {
  const { column: name, before, after, changed } = column
  return (
    <tr>
      <th scope="row" className="mono">
        {name}
      </th>
      {operation !== 'insert' && <Cell value={before} tone={changed && before !== undefined ? 'cell-minus' : ''} />}
      {operation !== 'delete' && <Cell value={after} tone={changed && after !== undefined ? 'cell-plus' : ''} />}
    </tr>
  )
}

function Cell({ value, tone }: { value: JsonValue | undefined; tone: string }) {
  if (value === undefined) return <td className={tone} />
  return (
    <td className={`mono selectable ${tone}`}>
      {value.type === 'null' ? <em className="muted">NULL</em> : cellText(value).slice(0, 2_000)}
    </td>
  )
}
