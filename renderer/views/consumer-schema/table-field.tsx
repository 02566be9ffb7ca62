import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import type { DefineAnswer } from '../../../main/contract/define-answers.ts'
import { useProgram } from '../../stores/program.ts'
import { readTable, showTable, type TableName, tableOf } from './table-name.ts'

type Found = DefineAnswer<'catalogue.search'>['tables'][number]

interface TableFieldProps {
  /** Id of the connection whose tables are looked through. */
  readonly connection: string | undefined
  readonly table: TableName | undefined
  readonly onTable: (table: TableName) => void
}

interface Choice {
  readonly table: TableName
  readonly found: Found | undefined
}

const searchAfterMs = 120
const mostShown = 60

/** The destination's table: one that is there, found by parts of its name, or the name of a new one. */
export function TableField({ connection, table, onTable }: TableFieldProps) {
  const shown = table === undefined ? '' : showTable(table)
  const [typed, setTyped] = useState<string>()
  const [at, setAt] = useState(-1)
  const listId = useId()
  const open = typed !== undefined && connection !== undefined
  // What stands there already is not what is looked for.
  const { choices, failed } = useChoices(
    open ? connection : undefined,
    typed === shown ? '' : (typed ?? ''),
    typed ?? '',
  )

  const choose = (choice: Choice | undefined) => {
    const chosen = choice?.table ?? readTable(typed ?? '')
    if (chosen !== undefined) onTable(chosen)
    setTyped(undefined)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && typed === undefined) setTyped(shown)
    else if (event.key === 'ArrowDown') setAt((index) => Math.min(index + 1, choices.length - 1))
    else if (event.key === 'ArrowUp') setAt((index) => Math.max(index - 1, -1))
    else if (event.key === 'Enter' && typed !== undefined) choose(choices[at])
    else if (event.key === 'Escape' && typed !== undefined) setTyped(undefined)
    else return
    event.preventDefault()
  }
  return (
    <span className="cs-table">
      <label className="field">
        <Search size={14} aria-hidden />
        <input
          role="combobox"
          aria-label="Destination table"
          aria-expanded={open}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={open && at >= 0 ? `${listId}-${at}` : undefined}
          disabled={connection === undefined}
          placeholder="Table, or a new one’s name"
          value={typed ?? shown}
          onFocus={(event) => event.target.select()}
          onClick={() => typed === undefined && setTyped(shown)}
          onChange={(event) => {
            setTyped(event.target.value)
            setAt(-1)
          }}
          onBlur={() => choose(undefined)}
          onKeyDown={onKeyDown}
        />
      </label>
      <div className="menu cs-choices" role="listbox" id={listId} aria-label="Tables" hidden={!open}>
        {choices.map((choice, index) => (
          <Option
            key={showTable(choice.table)}
            id={`${listId}-${index}`}
            choice={choice}
            highlighted={index === at}
            onChoose={() => choose(choice)}
          />
        ))}
        {choices.length === 0 && (
          <div className="cs-no-choice" role="option" aria-selected={false} aria-disabled tabIndex={-1}>
            {failed ? 'The database cannot be asked for its tables' : 'Type the name of a table'}
          </div>
        )}
      </div>
    </span>
  )
}

interface OptionProps {
  readonly id: string
  readonly choice: Choice
  readonly highlighted: boolean
  readonly onChoose: () => void
}

function Option({ id, choice: { table, found }, highlighted, onChoose }: OptionProps) {
  useEffect(() => {
    if (highlighted) document.getElementById(id)?.scrollIntoView({ block: 'nearest' })
  }, [highlighted, id])
  return (
    <div
      id={id}
      className="menu-item"
      role="option"
      tabIndex={-1}
      aria-selected={highlighted}
      data-highlighted={highlighted ? '' : undefined}
      onMouseDown={(event) => {
        event.preventDefault()
        onChoose()
      }}
    >
      <span className="mono ellipsis">{showTable(table)}</span>
      <span className="cs-choice-right">{found === undefined ? 'new table' : `${found.columns.length} columns`}</span>
    </div>
  )
}

/** Tables that are there, and, where none is called just that, a new one. */
function useChoices(connection: string | undefined, search: string, typed: string) {
  const { invoke } = useProgram()
  const [found, setFound] = useState<readonly Found[]>([])
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (connection === undefined) return
    let isOver = false
    const ask = async () => {
      const question = { connection, search: search.replaceAll('"', ''), offset: 0, limit: mostShown }
      const answer = await invoke('catalogue.search', question)
      if (isOver) return
      setFailed(!answer.ok)
      setFound(answer.ok ? answer.value.tables.filter(isWritable) : [])
    }
    const timer = setTimeout(() => void ask(), searchAfterMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [connection, search, invoke])
  const there: readonly Choice[] = found.map((one) => ({ table: tableOf(one), found: one }))
  const wanted = readTable(typed)
  const isThere = wanted === undefined || there.some(({ table }) => showTable(table) === showTable(wanted))
  return { choices: isThere ? there : [...there, { table: wanted, found: undefined }], failed }
}

/** Of the engine's own nothing is written by anybody else. */
function isWritable({ kind, schema }: Found): boolean {
  return kind !== 'materialized view' && schema !== 'rejot'
}
