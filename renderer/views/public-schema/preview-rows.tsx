import type { Preview } from '../../../sync-core/domain/preview.ts'
import { KeyMark } from '../../components/key-mark.tsx'
import { moveInTable } from '../../components/move-in-table.ts'
import { formatCount } from '../../text/format-number.ts'
import { useEditing, useKey } from './editing.ts'

/** More columns nobody reads beside one another; the contract has them all. */
const mostColumns = 200
const longest = 300

interface PreviewRowsProps {
  readonly preview: Preview
  readonly selected: number | undefined
  readonly onSelect: (place: number | undefined) => void
}

/** Public rows as the server prints them. */
export function PreviewRows({ preview, selected, onSelect }: PreviewRowsProps) {
  const { base } = useEditing().draft
  const key = useKey()
  const columns = preview.columns.slice(0, mostColumns)
  const rest = preview.columns.length - columns.length
  if (preview.rows.length === 0)
    return (
      <p className="publish-note">
        {preview.sources.length === 0
          ? 'The table has no such row.'
          : 'The SQL gives nothing for these rows: they are not published.'}
      </p>
    )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the rows, which are buttons
    <div className="publish-rows" onKeyDown={moveInTable}>
      <table className="list">
        <thead>
          <tr>
            <th scope="col" className="publish-row-number">
              <span className="visually-hidden">Row</span>
            </th>
            {columns.map(({ name, type }) => (
              <th key={name} scope="col" className={isNumber(type) ? 'right' : ''} title={type}>
                {key.includes(name) && <KeyMark size={12} />}
                {base !== undefined && !base.columns.some((column) => column.name === name) && (
                  <span className="tone-ok" role="img" aria-label="added">
                    +
                  </span>
                )}{' '}
                {name}
              </th>
            ))}
            {rest > 0 && <th scope="col">and {formatCount(rest)} more columns</th>}
          </tr>
        </thead>
        <tbody>
          {preview.rows.map(({ values }, place) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one answer never move
              key={place}
              className={place === selected ? 'row-selected' : ''}
              onClick={() => onSelect(place === selected ? undefined : place)}
            >
              <td className="publish-row-number">
                <button type="button" data-row aria-pressed={place === selected} aria-label={`Row ${place + 1}`}>
                  {place + 1}
                </button>
              </td>
              {columns.map(({ name, type }, column) => (
                <Cell key={name} value={values[column] ?? null} type={type} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ value, type }: { value: string | null; type: string }) {
  if (value === null) return <td className="publish-null">NULL</td>
  const text = value.length > longest ? `${value.slice(0, longest)}…` : value
  const look = isNumber(type) ? 'right num' : /\[\]$|^json|^timestamp|^date|^time|^uuid|^bytea/.test(type) ? 'mono' : ''
  return (
    <td className={look} title={value.slice(0, 2_000)}>
      {text}
    </td>
  )
}

function isNumber(type: string): boolean {
  return /^(smallint|integer|bigint|int[248]?|numeric|real|double precision|float[48]|money|oid)(\(|$)/.test(type)
}
