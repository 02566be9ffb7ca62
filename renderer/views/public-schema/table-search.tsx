import { Table2 } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import type { FailureView } from '../../../main/contract/contract.ts'
import type { CatalogueTable } from '../../../sync-core/domain/catalogue.ts'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { useLate } from '../../components/use-late.ts'
import { useProgram } from '../../stores/program.ts'
import { connectionOf } from '../../stores/public-editor-draft.ts'
import { formatCount, formatPlural } from '../../text/format-number.ts'
import { mayBeSame } from '../../text/table-name.ts'
import { tableText } from '../../text/table-sql.ts'
import { useEditing } from './editing.ts'

type Found =
  | { readonly state: 'asking' }
  | { readonly state: 'found'; readonly tables: readonly CatalogueTable[]; readonly total: number }
  | { readonly state: 'failed'; readonly failure: FailureView }

const most = 50
const afterMs = 120

/** Tables of the database by parts of their names; the chosen one is listened to. Arrows move, Enter chooses. */
export function TableSearch({ onChosen }: { onChosen?: () => void }) {
  const { draft, editor } = useEditing()
  const { found, text, setText } = useTables(connectionOf(draft.form))
  const [at, setAt] = useState(0)
  const id = useId()
  const late = useLate(found.state === 'asking')
  const listened = draft.form.transformations.map(({ table }) => table)
  const tables =
    found.state === 'found'
      ? found.tables.filter(
          (table) => isMeant(table, text) && !listened.some((written) => mayBeSame(written, tableText(table))),
        )
      : []
  const choose = (table: CatalogueTable | undefined) => {
    if (table === undefined) return
    editor.addTable(table)
    onChosen?.()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: tables.length - 1 }[event.key]
    if (target !== undefined) setAt(Math.max(0, Math.min(tables.length - 1, target)))
    else if (event.key === 'Enter') choose(tables[at])
    else return
    event.preventDefault()
  }
  return (
    <div className="publish-search">
      <input
        className="form-input"
        type="text"
        role="combobox"
        aria-label="Search tables"
        aria-expanded={tables.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={tables.length === 0 ? undefined : `${id}-${at}`}
        placeholder="Search tables"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: it opened because somebody wants to choose a table
        autoFocus
        value={text}
        onChange={({ target }) => {
          setText(target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      {found.state === 'failed' && <FailureNote failure={found.failure} />}
      {late && <p className="publish-search-note">Reading the tables…</p>}
      {found.state === 'found' && tables.length === 0 && (
        <p className="publish-search-note" role="status">
          {text === '' ? 'The database has no other table.' : 'No other table has that in its name.'}
        </p>
      )}
      <div className="publish-search-list" id={`${id}-list`} role="listbox" aria-label="Tables">
        {tables.map((table, index) => (
          <Row key={table.oid} id={`${id}-${index}`} table={table} active={index === at} onChoose={choose} />
        ))}
      </div>
      {found.state === 'found' && found.total > most && (
        <p className="publish-search-note">
          {formatCount(most)} of {formatCount(found.total)}: type more of the name.
        </p>
      )}
    </div>
  )
}

/** The list is of what was typed before: nobody chooses a table by Enter that is not of what stands in the field. */
function isMeant({ schema, name }: CatalogueTable, text: string): boolean {
  const simple = (words: string) => words.toLowerCase().replaceAll('_', '')
  return simple(`${schema}.${name}`).includes(simple(text))
}

interface RowProps {
  readonly id: string
  readonly table: CatalogueTable
  readonly active: boolean
  readonly onChoose: (table: CatalogueTable) => void
}

function Row({ id, table, active, onChoose }: RowProps) {
  const row = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const { schema, name, columns, readable, primaryKey } = table
  const note = !readable
    ? 'no right to read'
    : primaryKey.length === 0
      ? 'no primary key'
      : formatPlural(columns.length, 'column')
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the field has the focus and names the active row
    <div ref={row} id={id} role="option" aria-selected={active} onClick={() => onChoose(table)}>
      <Table2 size={14} strokeWidth={1.6} aria-hidden />
      <span className="ellipsis grow">
        {schema !== 'public' && <span className="muted">{schema}.</span>}
        {name}
      </span>
      <span className="muted">{note}</span>
    </div>
  )
}

/** Asked while one types, shortly after each letter; an answer that came too late is dropped. */
function useTables(connection: string | undefined) {
  const { invoke } = useProgram()
  const [text, setText] = useState('')
  const [found, setFound] = useState<Found>({ state: 'asking' })
  useEffect(() => {
    if (connection === undefined) return setFound({ state: 'found', tables: [], total: 0 })
    let isOver = false
    const ask = async () => {
      const answer = await invoke('catalogue.search', { connection, search: text, offset: 0, limit: most })
      if (isOver) return
      setFound(answer.ok ? { state: 'found', ...answer.value } : { state: 'failed', failure: answer.failure })
    }
    const timer = setTimeout(() => void ask(), text === '' ? 0 : afterMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [invoke, connection, text])
  return { found, text, setText }
}
