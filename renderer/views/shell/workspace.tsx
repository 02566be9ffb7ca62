import { type ReactNode, useEffect } from 'react'
import { Group, Panel, Separator } from 'react-resizable-panels'
import { useLayout, useProgram } from '../../stores/program.ts'
import { draftIn, screenOf, type TabId, type ViewId } from '../../stores/tab-id.ts'
import { Catalogue } from '../catalogue/catalogue.tsx'
import { Changes } from '../changes/changes.tsx'
import { Connections } from '../connections/connections.tsx'
import { Events } from '../events/events.tsx'
import { Overview } from '../overview/overview.tsx'
import { SchemaDraft } from '../schema-draft/schema-draft.tsx'
import { Wizard } from '../wizard/wizard.tsx'
import { draftScreens } from './draft-screens.ts'
import { Notices } from './notices.tsx'
import { Tabs } from './tabs.tsx'
import { Tree } from './tree.tsx'

const screens: Readonly<Record<ViewId, () => ReactNode>> = {
  overview: Overview,
  catalogue: Catalogue,
  connections: Connections,
  connection: Wizard,
  events: Events,
  changes: Changes,
}

/** Everything between rail and edge while a workspace is open: tree, tabs, the screen. */
export function Workspace() {
  const { layout } = useProgram()
  const view = useLayout((state) => state.view)
  const treeOpen = useLayout((state) => state.treeOpen[screenOf(state.view)])
  const treeWidth = layout.store.getState().treeWidth
  useEscape()
  return (
    <main className="workspace">
      <Group className="grow" orientation="horizontal">
        {treeOpen && (
          <>
            <Panel
              id="tree"
              defaultSize={treeWidth}
              minSize={180}
              maxSize={360}
              groupResizeBehavior="preserve-pixel-size"
              onResize={({ inPixels }) =>
                layout.change({ treeWidth: Math.round(Math.min(360, Math.max(180, inPixels))) })
              }
            >
              <Tree />
            </Panel>
            <Separator className="separator" aria-label="Width of the tree" />
          </>
        )}
        <Panel id="content" className="content" style={{ overflow: 'hidden' }} minSize={420}>
          <Tabs />
          <Notices />
          <div className="screen" key={view}>
            <Screen tab={view} />
          </div>
        </Panel>
      </Group>
    </main>
  )
}

function Screen({ tab }: { tab: TabId }) {
  const screen = screenOf(tab)
  if (screen !== 'public' && screen !== 'consumer') {
    const View = screens[screen]
    return <View />
  }
  const Editor = draftScreens[screen]
  const draft = draftIn(tab) ?? ''
  return Editor === undefined ? null : (
    <SchemaDraft id={draft}>
      <Editor draft={draft} />
    </SchemaDraft>
  )
}

/** Esc goes up one level; here the last: what is selected. Dialogs and fields have taken theirs before. */
function useEscape() {
  const { layout, events, tables, wizard, schemaReviews } = useProgram()
  useEffect(() => {
    const up = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]'))
        return
      const { view, catalogueTab } = layout.store.getState()
      const draft = draftIn(view)
      if (draft !== undefined && schemaReviews.up(draft)) return
      if (view === 'connection') wizard.up()
      else if (view === 'events') events.select(undefined)
      else if (view === 'catalogue' && catalogueTab === 'tables') tables.select(undefined)
      else layout.select(undefined)
    }
    window.addEventListener('keydown', up)
    return () => window.removeEventListener('keydown', up)
  }, [layout, events, tables, wizard, schemaReviews])
}
