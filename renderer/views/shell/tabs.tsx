import { PanelRight, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { CommandIcon } from '../../components/button.tsx'
import { ObjectIcon } from '../../components/object-icon.tsx'
import { type DraftEntry, useDraftEntries } from '../../stores/draft-entries.ts'
import { useLayout, useProgram, useWizard } from '../../stores/program.ts'
import { isDraftTab, type TabId, type ViewId } from '../../stores/tab-id.ts'
import { viewIcons, viewNames } from './rail.tsx'

/** The open screens and drafts, 34 high. */
export function Tabs() {
  const tabs = useLayout((state) => state.tabs)
  const view = useLayout((state) => state.view)
  const drafts = useDraftEntries()
  return (
    <nav className="tabs" aria-label="Open screens">
      <div className="tabs-list">
        {tabs.map((id) =>
          isDraftTab(id) ? (
            <DraftTab key={id} entry={drafts.find(({ tab }) => tab === id)} current={id === view} />
          ) : (
            <ViewTab key={id} id={id} current={id === view} closable={tabs.length > 1} />
          ),
        )}
      </div>
      <div className="grow" />
      <div className="tabs-end">
        <CommandIcon id="inspector.toggle" icon={PanelRight} />
      </div>
    </nav>
  )
}

function ViewTab({ id, current, closable }: { id: ViewId; current: boolean; closable: boolean }) {
  const connection = useWizard((state) => state.connection?.slug ?? 'New connection')
  const name = id === 'connection' ? (connection ?? viewNames[id]) : viewNames[id]
  const Icon = viewIcons[id]
  return (
    <Tab id={id} name={name} current={current} closable={closable} unsaved={false}>
      <Icon size={14} strokeWidth={1.6} aria-hidden />
    </Tab>
  )
}

/** Nothing for the moment in which a tab that was left over has no draft. */
function DraftTab({ entry, current }: { entry: DraftEntry | undefined; current: boolean }) {
  if (entry === undefined) return null
  return (
    <Tab id={entry.tab} name={entry.name} current={current} closable unsaved={entry.changed}>
      <ObjectIcon kind={entry.kind === 'public' ? 'schema' : 'consumer'} />
    </Tab>
  )
}

interface TabProps {
  readonly id: TabId
  readonly name: string
  readonly current: boolean
  readonly closable: boolean
  /** A dot in place of the ×, which comes back under the pointer. */
  readonly unsaved: boolean
  readonly children: React.ReactNode
}

function Tab({ id, name, current, closable, unsaved, children }: TabProps) {
  const { layout, tabs } = useProgram()
  const box = useRef<HTMLDivElement>(null)
  // Its own width changes with its name, the room for all of them with the window.
  useEffect(() => {
    const tab = box.current
    if (!current || tab === null) return
    const sizes = new ResizeObserver(() => tab.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
    sizes.observe(tab)
    if (tab.parentElement !== null) sizes.observe(tab.parentElement)
    return () => sizes.disconnect()
  }, [current])
  const said = unsaved ? `${name}, not applied` : name
  return (
    <div
      ref={box}
      className={`tab ${current ? 'tab-current' : ''} ${unsaved ? 'tab-unsaved' : ''}`}
      onAuxClick={(event) => event.button === 1 && tabs.close(id)}
    >
      <button
        type="button"
        className="tab-name"
        title={said}
        aria-label={said}
        aria-current={current}
        onClick={() => layout.open(id)}
      >
        {children} <span className="ellipsis">{name}</span>
      </button>
      {unsaved && !current && <span className="tab-dot" aria-hidden />}
      {current && closable && (
        <button type="button" className="tab-close" aria-label={`Close ${name}`} onClick={() => tabs.close(id)}>
          {unsaved && <span className="tab-dot" aria-hidden />}
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  )
}
