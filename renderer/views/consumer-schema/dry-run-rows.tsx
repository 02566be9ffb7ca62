import type { DryRun } from './use-dry-run.ts'

type Row = DryRun['rows'][number]
type Values = NonNullable<Row['before']>

/** Each row that the events are about, as it was and as it would be. */
export function DryRunRows({ run: { rows, columns, key, changedAgain = [] } }: { run: DryRun }) {
  const again = new Set(changedAgain.map((row) => nameOf(row, columns, key)))
  const looks = columns.map((_, place) => (rows.every((row) => isNumber(row, place)) ? 'right' : ''))
  if (rows.length === 0) return <p className="cs-text text-2">The events touch no row of the table.</p>
  return (
    <table className="cs-rows">
      <thead>
        <tr>
          <th scope="col">Becomes</th>
          {columns.map((column, place) => (
            <th key={column} scope="col" className={looks[place]}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const name = nameOf(row, columns, key)
          const kind = kindOf(row)
          return (
            <tr key={name} className={`cs-row-${kind}`}>
              <th scope="row">
                {words[kind]}
                {again.has(name) && <span className="tone-warn"> · again by a second run</span>}
              </th>
              {columns.map((column, place) => (
                <Cell
                  key={column}
                  before={row.before?.[place]}
                  after={row.after?.[place]}
                  kind={kind}
                  look={looks[place] ?? ''}
                />
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

type Kind = 'new' | 'gone' | 'changed' | 'same'

const words: Readonly<Record<Kind, string>> = { new: '+ new', gone: '− gone', changed: '~ changed', same: '= same' }

interface CellProps {
  readonly before: string | null | undefined
  readonly after: string | null | undefined
  readonly kind: Kind
  readonly look: string
}

function Cell({ before, after, kind, look }: CellProps) {
  if (kind !== 'changed' || before === after)
    return (
      <td className={look}>
        <Value value={kind === 'gone' ? before : after} />
      </td>
    )
  return (
    <td className={`cs-cell-changed ${look}`}>
      <del>
        <Value value={before} />
      </del>{' '}
      <ins>
        <Value value={after} />
      </ins>
    </td>
  )
}

function Value({ value }: { value: string | null | undefined }) {
  if (value === undefined) return null
  if (value === null) return <span className="cs-null">NULL</span>
  return <span title={value}>{value.length > longest ? `${value.slice(0, longest)}…` : value}</span>
}

const longest = 80

/** Rows come without the types of their columns: what they hold says it. */
function isNumber({ before, after }: Row, place: number): boolean {
  return [before?.[place], after?.[place]].every((value) => value == null || /^-?\d+(\.\d+)?$/.test(value))
}

function kindOf({ before, after }: Row): Kind {
  if (before === undefined) return after === undefined ? 'same' : 'new'
  if (after === undefined) return 'gone'
  return before.every((value, place) => value === after[place]) ? 'same' : 'changed'
}

/** By the values of the table's key, which every row has. */
function nameOf({ before, after }: Row, columns: readonly string[], key: readonly string[]): string {
  const values: Values = after ?? before ?? []
  const named = key.length > 0 ? key : columns
  return JSON.stringify(named.map((column) => values[columns.indexOf(column)]))
}
