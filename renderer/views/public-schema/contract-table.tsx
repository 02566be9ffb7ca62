import { memo } from 'react'
import { KeyMark } from '../../components/key-mark.tsx'
import { moveInTable } from '../../components/move-in-table.ts'
import type { ContractRow } from './contract-rows.ts'

interface ContractTableProps {
  readonly rows: readonly ContractRow[]
  readonly keys: readonly string[]
  readonly selected: string | undefined
  readonly onSelect: (name: string | undefined) => void
}

const marks = { added: ['+', 'added'], changed: ['~', 'changed'], removed: ['−', 'removed'] } as const

/** Name, type, nullable, key. Arrows move between the columns; the selected one is shown below. */
export const ContractTable = memo(function ContractTable({ rows, keys, selected, onSelect }: ContractTableProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the rows, which are buttons
    <div onKeyDown={moveInTable}>
      <table className="publish-columns">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Change</span>
            </th>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Nullable</th>
            <th scope="col">Key</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, postgresType, nullable, mark }) => (
            <tr
              key={`${mark === 'removed' ? 'removed ' : ''}${name}`}
              className={`${mark === undefined ? '' : `publish-${mark}`} ${name === selected && mark !== 'removed' ? 'publish-selected' : ''}`}
              onClick={() => mark !== 'removed' && onSelect(name === selected ? undefined : name)}
            >
              <td className="mono">
                {mark !== undefined && (
                  <span role="img" aria-label={marks[mark][1]} title={marks[mark][1]}>
                    {marks[mark][0]}
                  </span>
                )}
              </td>
              <td>
                {mark === 'removed' ? (
                  <s className="mono">{name}</s>
                ) : (
                  <button
                    type="button"
                    className="mono ellipsis"
                    aria-pressed={name === selected}
                    title={name}
                    data-row
                  >
                    {name}
                  </button>
                )}
              </td>
              <td className="mono text-2 ellipsis" title={postgresType}>
                {postgresType}
              </td>
              <td className={nullable ? '' : 'text-2'}>{nullable ? 'yes' : 'no'}</td>
              <td>{keys.includes(name) && mark !== 'removed' && <KeyMark />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
})
