import { KeyMark } from '../../../components/key-mark.tsx'

interface ColumnTableProps {
  readonly columns: readonly {
    readonly name: string
    /** `undefined`: nobody says it. */
    readonly type: string | undefined
    /** Where its values come from by themselves. */
    readonly typeWords?: string | undefined
    readonly nullable: boolean
    /** What its owner says of it. */
    readonly words: string | undefined
    readonly isKey: boolean
  }[]
  /** What the marked columns make up. */
  readonly keyName: string
}

/** Columns to be read: those that a public schema promises, those that a table has. */
export function ColumnTable({ columns, keyName }: ColumnTableProps) {
  return (
    <table className="contract">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          <th scope="col">Nullable</th>
          <th scope="col">Key</th>
        </tr>
      </thead>
      <tbody>
        {columns.map(({ name, type, typeWords, nullable, words, isKey }) => (
          <tr key={name}>
            <td>
              <span className="mono selectable">{name}</span>
              {words !== undefined && <p className="contract-words selectable">{words}</p>}
            </td>
            <td className="mono text-2">
              {type ?? <span className="muted">not said</span>}
              {typeWords !== undefined && <p className="contract-words">{typeWords}</p>}
            </td>
            <td className={nullable ? '' : 'text-2'}>{nullable ? 'yes' : 'no'}</td>
            <td>{isKey && <KeyMark of={keyName} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
