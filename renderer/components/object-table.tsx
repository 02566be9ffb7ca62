import type { ReactNode } from 'react'
import type { Selection } from '../stores/layout-store.ts'
import { useLayout, useProgram } from '../stores/program.ts'
import { useStates } from '../stores/use-states.ts'
import { moveInTable } from './move-in-table.ts'
import { ObjectIcon } from './object-icon.tsx'
import { StateWord } from './state-word.tsx'
import './object-table.css'

/** A column after the name and the state, which all objects have. */
export interface ObjectColumn {
  readonly name: string
  readonly look?: 'quiet' | 'mono' | 'number'
  /** Left out where the table is not at least that wide: narrow 560, middle 820, wide 1,000 px. */
  readonly from?: 'narrow' | 'middle' | 'wide'
}

export interface ObjectRow {
  readonly object: Selection
  readonly name: string
  /** In the order of the columns. */
  readonly cells: readonly ReactNode[]
}

const looks = { quiet: 'text-2', mono: 'mono', number: 'right num' } as const

/** Objects of the workspace, one a row, with their state; a row selects its object. Arrows, Home and End move. */
export function ObjectTable({ columns, rows }: { columns: readonly ObjectColumn[]; rows: readonly ObjectRow[] }) {
  const { layout } = useProgram()
  const selection = useLayout((state) => state.selection)
  const states = useStates()
  const classOf = ({ look, from }: ObjectColumn): string =>
    `${look === undefined ? '' : looks[look]} ${from === undefined ? '' : `when-${from}`}`
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrows move between the rows, which are buttons
    <div className="list-scroll" onKeyDown={moveInTable}>
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            {columns.map((column) => (
              <th key={column.name} scope="col" className={classOf(column)}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ object, name, cells }) => {
            const key = `${object.kind}:${object.id}`
            const state = states.get(key)
            const selected = selection?.kind === object.kind && selection.id === object.id
            return (
              <tr key={key} className={selected ? 'row-selected' : ''} onClick={() => layout.select(object)}>
                <td>
                  <button type="button" className="row-name" aria-pressed={selected} data-row>
                    <ObjectIcon kind={object.kind} />{' '}
                    <span className="ellipsis" title={name}>
                      {name}
                    </span>
                  </button>
                </td>
                <td>{state !== undefined && <StateWord state={state} more />}</td>
                {columns.map((column, place) => (
                  <td key={column.name} className={classOf(column)}>
                    {cells[place]}
                  </td>
                ))}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
