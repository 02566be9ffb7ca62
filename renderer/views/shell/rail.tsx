import { Activity, BookOpen, Database, GitCompare, type LucideIcon, Plug, Workflow } from 'lucide-react'
import { Tooltip } from '../../components/tooltip.tsx'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import { isDraftTab, type TabId, type ViewId } from '../../stores/tab-id.ts'

export const viewNames: Readonly<Record<ViewId, string>> = {
  overview: 'Overview',
  catalogue: 'Catalogue',
  connections: 'Connections',
  connection: 'Connection',
  events: 'Events',
  changes: 'Changes',
}
export const viewIcons: Readonly<Record<ViewId, LucideIcon>> = {
  overview: Workflow,
  catalogue: BookOpen,
  connections: Database,
  connection: Plug,
  events: Activity,
  changes: GitCompare,
}
const order: readonly ViewId[] = ['overview', 'catalogue', 'connections', 'events', 'changes']

/** The screens of the workspace. Without a workspace there is nowhere to go yet. */
export function Rail() {
  const isOpen = useApp((state) => state.workspace !== undefined && state.opening === undefined)
  const view = useLayout((layout) => layout.view)
  const { commands } = useProgram()
  return (
    <nav className="rail" aria-label="Screens">
      {order.map((id) => {
        const Icon = viewIcons[id]
        const current = isOpen && id === placeOf(view)
        return (
          <Tooltip key={id} text={viewNames[id]} keys={commands.find(`view.${id}`)?.keys} side="right">
            <a
              href={`#${id}`}
              className="rail-link"
              aria-label={viewNames[id]}
              aria-current={current ? 'page' : undefined}
              aria-disabled={!isOpen}
              onClick={(event) => {
                event.preventDefault()
                commands.run(`view.${id}`)
              }}
            >
              <Icon size={20} strokeWidth={1.6} aria-hidden />
            </a>
          </Tooltip>
        )
      })}
    </nav>
  )
}

/** The form of a connection is one level below the list, drafts are one below the catalogue. */
function placeOf(view: TabId): ViewId {
  if (isDraftTab(view)) return 'catalogue'
  return view === 'connection' ? 'connections' : view
}
