import { Fragment } from 'react'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useLate } from '../../components/use-late.ts'
import { ColumnName, ColumnsTable } from './columns-table.tsx'
import { showTable, type TableName } from './table-name.ts'
import type { Described, Description } from './use-description.ts'

type Mapped = Description['mapping']['columns'][number]

interface ColumnsPaneProps {
  readonly table: TableName | undefined
  /** It is made by Apply. */
  readonly isNew: boolean
  readonly described: Described
  /** Columns of the contract that name a row. */
  readonly key: readonly string[]
}

/** The destination's columns: what fills each, and what of it cannot go well. */
export function ColumnsPane({
  table,
  isNew,
  described,
  contractKey,
}: Omit<ColumnsPaneProps, 'key'> & { contractKey: readonly string[] }) {
  const columns = described.description?.mapping.columns ?? []
  const late = useLate(described.asking && described.description === undefined)
  return (
    <section className="cs-pane-part" aria-label="Destination columns">
      <div className="cs-pane-head">
        <h2 className="grow">Destination columns</h2>
        <span className="muted">{count(columns, isNew)}</span>
      </div>
      {columns.length > 0 ? (
        <Columns columns={columns} contractKey={contractKey} />
      ) : late ? (
        <Skeleton />
      ) : (
        <p className="cs-text text-2">{whyEmpty(table, isNew, described)}</p>
      )}
    </section>
  )
}

function Columns({ columns, contractKey }: { columns: readonly Mapped[]; contractKey: readonly string[] }) {
  return (
    <ColumnsTable mark="State" last="Filled by">
      {columns.map(({ column, filledBy, problem }) => (
        <Fragment key={column.name}>
          <tr className={problem !== undefined ? 'cs-doubted' : filledBy === undefined ? 'cs-unused' : ''}>
            <td className="cs-mark">
              <Mark filled={filledBy !== undefined} severity={problem?.severity} />
            </td>
            <ColumnName name={column.name} isKey={filledBy?.length === 1 && contractKey.includes(filledBy[0] ?? '')} />
            <td className="mono text-2">
              {column.type}
              {!column.nullable && <span className="cs-not-null"> not null</span>}
            </td>
            <td>
              <Filled column={column} filledBy={filledBy} />
            </td>
          </tr>
          {problem !== undefined && (
            <tr className={`cs-problem ${problem.severity === 'error' ? 'tone-error' : 'tone-warn'}`}>
              <td />
              <td colSpan={3}>{problem.message}</td>
            </tr>
          )}
        </Fragment>
      ))}
    </ColumnsTable>
  )
}

function Mark({ filled, severity }: { filled: boolean; severity: 'error' | 'warning' | undefined }) {
  if (severity === 'error') return <StatusGlyph glyph="failed" label="wrong" />
  if (severity === 'warning') return <StatusGlyph glyph="retrying" label="doubtful" />
  return filled ? <StatusGlyph glyph="ok" label="filled" /> : <StatusGlyph glyph="waiting" label="not written" />
}

function Filled({ column, filledBy }: Pick<Mapped, 'column' | 'filledBy'>) {
  if (filledBy === undefined) {
    if (column.default !== undefined) return <span className="muted">its default</span>
    if (column.generated !== undefined) return <span className="muted">generated</span>
    return <span className="muted">not written</span>
  }
  if (filledBy.length === 0) return <span className="text-2">an expression</span>
  return <span className="mono cs-placeholder">{filledBy.map((name) => `:${name}`).join(' ')}</span>
}

function count(columns: readonly Mapped[], isNew: boolean): string {
  if (columns.length === 0) return ''
  const filled = columns.filter(({ filledBy }) => filledBy !== undefined).length
  return `${filled} of ${columns.length} filled${isNew ? ', new table' : ''}`
}

function whyEmpty(table: TableName | undefined, isNew: boolean, { description, failure }: Described): string {
  if (failure !== undefined) return 'The destination could not be asked for its columns.'
  if (table === undefined) return 'Choose the table that the rows are written into.'
  if (isNew) return `${showTable(table)} is made when this is applied.`
  if (description === undefined) return 'Generate the SQL, or write it: its columns are shown here.'
  return 'The SQL does not say by its text which table of the destination it writes.'
}

function Skeleton() {
  return (
    <div role="status" aria-label="Asking the destination" className="cs-skeletons">
      {[72, 54, 66, 48].map((width) => (
        <span key={width} className="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  )
}
