import { FileBraces, PanelLeft, Search, Table2, Users, X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { CommandIcon } from '../../components/button.tsx'
import { useLayout, useProgram } from '../../stores/program.ts'
import { useFindWish } from '../../stores/use-find-wish.ts'

interface CatalogueBarProps {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
  /** From the field down into the list. */
  readonly onDown: () => void
  readonly count: string
  /** What narrows the list, beside words. */
  readonly children?: ReactNode
}

/** Which of the two lists, and how it is searched. */
export function CatalogueBar({ label, text, onText, onDown, count, children }: CatalogueBarProps) {
  const { layout } = useProgram()
  const tab = useLayout((state) => state.catalogueTab)
  return (
    <div className="catalogue-bar">
      <CommandIcon id="tree.toggle" icon={PanelLeft} />
      <h1 className="visually-hidden">Catalogue</h1>
      <fieldset className="segments" aria-label="List">
        <button
          type="button"
          aria-pressed={tab === 'schemas'}
          onClick={() => layout.change({ catalogueTab: 'schemas' })}
        >
          <FileBraces size={14} aria-hidden /> Public schemas
        </button>
        <button type="button" aria-pressed={tab === 'tables'} onClick={() => layout.change({ catalogueTab: 'tables' })}>
          <Table2 size={14} aria-hidden /> Tables
        </button>
      </fieldset>
      <SearchField label={label} text={text} onText={onText} onDown={onDown} />
      {children}
      <span className="grow" />
      <span className="catalogue-count num" role="status">
        {count}
      </span>
      <CommandIcon id="teams.open" icon={Users} />
    </div>
  )
}

function SearchField({ label, text, onText, onDown }: Pick<CatalogueBarProps, 'label' | 'text' | 'onText' | 'onDown'>) {
  const field = useRef<HTMLInputElement>(null)
  useFindWish(() => field.current?.select())
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'Enter') onDown()
    else if (event.key === 'Escape' && text !== '') onText('')
    else if (event.key === 'Escape') field.current?.blur()
    else return
    event.preventDefault()
  }
  return (
    <label className="field catalogue-search">
      <Search size={14} aria-hidden />
      <span className="visually-hidden">{label}</span>
      <input
        ref={field}
        value={text}
        maxLength={500}
        placeholder="Search"
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {text === '' ? (
        <span className="key-hint" aria-hidden="true">
          /
        </span>
      ) : (
        <button type="button" aria-label="Clear the search" onClick={() => onText('')}>
          <X size={14} aria-hidden />
        </button>
      )}
    </label>
  )
}
