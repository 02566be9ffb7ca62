import { ChevronDown, ChevronRight, FolderGit2, HardDrive, ListFilter, PanelLeftClose, Users } from 'lucide-react'
import { type KeyboardEvent, useMemo, useState } from 'react'
import { CommandIcon } from '../../components/button.tsx'
import { ObjectIcon } from '../../components/object-icon.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useDraftEntries } from '../../stores/draft-entries.ts'
import type { ObjectState } from '../../stores/object-state.ts'
import { useApp, useLayout, useProgram, useStatus } from '../../stores/program.ts'
import { isDraftTab } from '../../stores/tab-id.ts'
import { useStates } from '../../stores/use-states.ts'
import { formatBytes } from '../../text/format-number.ts'
import { type TreeGroup, type TreeRow, treeGroups } from './tree-rows.ts'

/** The manifests of the workspace with everything written in them. */
export function Tree() {
  const workspace = useApp((state) => state.workspace)
  const [filter, setFilter] = useState('')
  const closed = useLayout((state) => state.closedGroups)
  const states = useStates()
  const bytes = useStatus((state) => state.status?.store.bytes)
  const drafts = useDraftEntries()
  const groups = useMemo(
    () => (workspace === undefined ? [] : treeGroups(workspace, filter, drafts)),
    [workspace, filter, drafts],
  )
  return (
    <aside className="tree" aria-label="Workspace">
      <div className="tree-head">
        <h2 className="grow">Workspace</h2>
        <CommandIcon id="tree.toggle" icon={PanelLeftClose} size={14} />
      </div>
      <div className="tree-filter">
        <label className="field">
          <ListFilter size={14} aria-hidden />
          <span className="visually-hidden">Filter the tree</span>
          <input
            value={filter}
            placeholder="Filter"
            onChange={(event) => setFilter(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || filter === '') return
              event.preventDefault()
              setFilter('')
            }}
          />
        </label>
      </div>
      <div className="tree-rows" role="tree" aria-label="Workspace" onKeyDown={moveInTree} tabIndex={-1}>
        {groups.map((group) => (
          <Branch
            key={group.slug}
            group={group}
            states={states}
            closed={filter === '' && closed.includes(group.slug)}
          />
        ))}
        {groups.length === 0 && (
          <p className="tree-none">
            {filter === '' ? 'Nothing is written in the manifest yet.' : 'Nothing is called that.'}
          </p>
        )}
      </div>
      <StoreRow bytes={bytes} />
    </aside>
  )
}

function Branch({
  group,
  states,
  closed,
}: {
  group: TreeGroup
  states: ReadonlyMap<string, ObjectState>
  closed: boolean
}) {
  const { layout } = useProgram()
  const toggle = () => {
    const { closedGroups } = layout.store.getState()
    layout.change({
      closedGroups: closed ? closedGroups.filter((slug) => slug !== group.slug) : [...closedGroups, group.slug],
    })
  }
  const GroupIcon = group.team === undefined ? FolderGit2 : Users
  const Chevron = closed ? ChevronRight : ChevronDown
  return (
    <>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys */}
      <div
        className="tree-row tree-group"
        role="treeitem"
        aria-level={1}
        aria-expanded={!closed}
        aria-selected={false}
        tabIndex={0}
        onClick={toggle}
        data-toggle={closed ? 'closed' : 'open'}
        title={group.team === undefined ? undefined : `Of another team, from ${group.team}`}
      >
        <Chevron size={12} aria-hidden />
        <GroupIcon size={14} strokeWidth={1.6} aria-hidden />
        <span className="ellipsis">{group.slug}</span>
        {group.team !== undefined && <span className="visually-hidden">of another team, from {group.team}</span>}
      </div>
      {!closed && group.rows.map((row) => <Leaf key={row.key} row={row} state={states.get(row.key)} />)}
    </>
  )
}

function Leaf({ row, state }: { row: TreeRow; state: ObjectState | undefined }) {
  const { layout, commands } = useProgram()
  const { kind, selection, draft } = row
  const selected = useLayout((state) => {
    if (draft !== undefined && state.view === draft) return true
    if (selection === undefined || isDraftTab(state.view)) return false
    return state.selection?.kind === selection.kind && state.selection.id === selection.id
  })
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      className="tree-row tree-leaf"
      role="treeitem"
      aria-level={2}
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      onClick={show}
      onDoubleClick={edit}
    >
      <ObjectIcon kind={kind} />
      <span className="ellipsis">{row.name}</span>
      <span className="tree-right num">
        <Right row={row} state={state} />
      </span>
    </div>
  )

  /** What is only a draft has nothing to show but its editor; and an editor is left for another one. */
  function show() {
    if (selection !== undefined) layout.select(selection)
    const { view } = layout.store.getState()
    if (draft !== undefined && (selection === undefined || isDraftTab(view))) layout.open(draft)
    else if (view === 'events' || isDraftTab(view)) layout.open('overview')
  }

  function edit() {
    if (draft !== undefined) layout.open(draft)
    else if (kind === 'schema' || kind === 'consumer') commands.run('schema.edit')
  }
}

/** A number of dead letters, that there is a draft, a version, or the state's shape: what is wrong goes before what is known. */
function Right({ row, state }: { row: TreeRow; state: ObjectState | undefined }) {
  if (state?.deadLetters !== undefined)
    return (
      <span className="tree-dead" role="img" aria-label={state.word} title={state.word}>
        {state.deadLetters}
      </span>
    )
  if (row.draft !== undefined && !isTrouble(state)) return <span className="tree-draft">draft</span>
  if (row.right !== undefined && !isTrouble(state)) return row.right
  return state === undefined ? null : <StatusGlyph glyph={state.glyph} label={state.word} />
}

function isTrouble(state: ObjectState | undefined): boolean {
  return state?.glyph === 'failed' || state?.glyph === 'retrying' || state?.glyph === 'backfilling'
}

function StoreRow({ bytes }: { bytes: number | undefined }) {
  const { layout } = useProgram()
  return (
    <button type="button" className="tree-store" onClick={() => layout.select({ kind: 'store', id: 'store' })}>
      <HardDrive size={14} strokeWidth={1.6} aria-hidden /> Event store
      {bytes !== undefined && <span className="tree-right num">{formatBytes(bytes)}</span>}
    </button>
  )
}

/** Up, down, first, last; left and right close and open a manifest; Enter does what a click does. */
function moveInTree(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')]
  const at = rows.findIndex((row) => row.matches(':focus'))
  const current = rows[at]
  const toggle = current?.dataset.toggle
  const target = { ArrowDown: at + 1, ArrowUp: Math.max(0, at - 1), Home: 0, End: rows.length - 1 }[event.key]
  if (target !== undefined) rows[Math.min(target, rows.length - 1)]?.focus()
  else if (event.key === 'Enter' || event.key === ' ') current?.click()
  else if ((event.key === 'ArrowLeft' && toggle === 'open') || (event.key === 'ArrowRight' && toggle === 'closed'))
    current?.click()
  else if (event.key === 'ArrowLeft')
    rows
      .slice(0, at)
      .findLast((row) => row.dataset.toggle !== undefined)
      ?.focus()
  else return
  event.preventDefault()
}
