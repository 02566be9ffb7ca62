import { lazy, Suspense } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import { ObjectInspector } from '../inspector/object-inspector.tsx'
import { WithInspector } from '../shell/with-inspector.tsx'
import { OverviewList } from './overview-list.tsx'
import { OverviewToolbar } from './overview-toolbar.tsx'
import './overview.css'

/** React Flow and dagre are a third of the window's code, and the shell need not wait for them. */
const OverviewGraph = lazy(async () => ({ default: (await import('./overview-graph.tsx')).OverviewGraph }))

export function Overview() {
  const selection = useLayout((layout) => layout.selection)
  return (
    <WithInspector
      width="inspectorWidth"
      inspector={selection === null ? undefined : <ObjectInspector selection={selection} />}
    >
      <h1 className="visually-hidden">Overview</h1>
      <Content />
    </WithInspector>
  )
}

function Content() {
  const mode = useLayout((layout) => layout.overviewMode)
  const isEmpty = useApp(
    ({ workspace }) =>
      workspace !== undefined &&
      workspace.connections.length + workspace.publicSchemas.length + workspace.consumers.length === 0,
  )
  const { commands } = useProgram()
  if (isEmpty)
    return (
      <EmptyState
        title="Nothing is connected here yet"
        sentence="Databases, public schemas and who consumes them are written in the manifest, and are drawn here."
      >
        <Button kind="primary" onClick={() => commands.run('workspace.reveal')}>
          Show the manifest
        </Button>
        <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
      </EmptyState>
    )
  return (
    <>
      <OverviewToolbar />
      {mode === 'list' ? (
        <OverviewList />
      ) : (
        <Suspense fallback={<div className="grow" />}>
          <OverviewGraph />
        </Suspense>
      )}
    </>
  )
}
