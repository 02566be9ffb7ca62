import type { ReactNode } from 'react'
import { KeyMark } from '../../components/key-mark.tsx'

interface ColumnsTableProps {
  /** What the glyph before a name says, to those who do not see it. */
  readonly mark: string
  /** What stands behind name and type. */
  readonly last: string
  readonly children: ReactNode
}

/** Columns of a contract or of a table: a mark, the name, the type, and one thing more of each. */
export function ColumnsTable({ mark, last, children }: ColumnsTableProps) {
  return (
    <table className="cs-columns">
      <thead>
        <tr>
          <th scope="col" className="cs-mark">
            <span className="visually-hidden">{mark}</span>
          </th>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">{last}</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

/** The name of a column, and whether it is one of those that name a row. */
export function ColumnName({ name, isKey }: { name: string; isKey: boolean }) {
  return (
    <td className="mono selectable">
      {name}
      {isKey && <KeyMark size={12} />}
    </td>
  )
}
