import { Search } from 'lucide-react'
import { useId, useMemo, useRef, useState } from 'react'
import { ObjectIcon } from '../../components/object-icon.tsx'
import type { Selection } from '../../stores/layout-store.ts'
import { useProgram } from '../../stores/program.ts'
import { useFindWish } from '../../stores/use-find-wish.ts'
import { useWhole } from '../../stores/with-teams.ts'

interface Found {
  readonly selection: Selection
  readonly name: string
  readonly manifest: string
}

/** Selects the first node that is called so, those first that begin with it; arrows choose another. */
export function FindNode() {
  const { layout } = useProgram()
  const workspace = useWhole((whole) => whole)
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const listId = useId()
  const found = useMemo<readonly Found[]>(() => {
    const wanted = text.trim().toLowerCase()
    if (wanted === '' || workspace === undefined) return []
    const all: Found[] = [
      ...workspace.publicSchemas.map(({ id, name, manifest }) => ({
        selection: { kind: 'schema' as const, id },
        name,
        manifest,
      })),
      ...workspace.consumers.map(({ id, name, manifest }) => ({
        selection: { kind: 'consumer' as const, id },
        name,
        manifest,
      })),
      ...workspace.connections.map(({ id, slug, manifest }) => ({
        selection: { kind: 'connection' as const, id },
        name: slug,
        manifest,
      })),
    ]
    const named = all.filter(({ name }) => name.toLowerCase().includes(wanted))
    const begin = ({ name }: Found) => name.toLowerCase().startsWith(wanted)
    return [...named.filter(begin), ...named.filter((one) => !begin(one))].slice(0, 8)
  }, [text, workspace])
  useFindWish(() => field.current?.focus())

  const choose = (one: Found | undefined) => {
    if (one === undefined) return
    layout.select(one.selection)
    setText('')
    field.current?.blur()
  }
  return (
    <div className="find-node">
      <label className="field">
        <Search size={14} aria-hidden />
        <span className="visually-hidden">Find a node</span>
        <input
          ref={field}
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-activedescendant={found.length > 0 ? `${listId}-${at}` : undefined}
          value={text}
          placeholder="Find node"
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onBlur={() => setText('')}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt((index) => Math.min(index + 1, found.length - 1))
            else if (event.key === 'ArrowUp') setAt((index) => Math.max(index - 1, 0))
            else if (event.key === 'Enter') choose(found[at])
            else if (event.key === 'Escape') {
              setText('')
              field.current?.blur()
            } else return
            event.preventDefault()
          }}
        />
        <kbd>/</kbd>
      </label>
      <div className="menu find-list" role="listbox" id={listId} aria-label="Nodes" hidden={found.length === 0}>
        {found.map((one, index) => (
          <div
            key={`${one.selection.kind}:${one.selection.id}`}
            id={`${listId}-${index}`}
            className="menu-item"
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            data-highlighted={index === at ? '' : undefined}
            onMouseDown={(event) => {
              event.preventDefault()
              choose(one)
            }}
          >
            <ObjectIcon kind={one.selection.kind} />
            <span className="ellipsis">{one.name}</span>
            <span className="muted ellipsis">{one.manifest}</span>
          </div>
        ))}
      </div>
    </div>
  )
}
