import { Plus } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import { OwnStepsPage, OwnStepsSide, useShowsSteps } from '../first-run/own-steps.tsx'
import { ObjectInspector } from '../inspector/object-inspector.tsx'
import { WithInspector } from '../shell/with-inspector.tsx'
import { OverviewList } from './overview-list.tsx'
import { OverviewToolbar } from './overview-toolbar.tsx'
import './overview.css'

/** React Flow and dagre are a third of the window's code, and the shell need not wait for them. */
const OverviewGraph = lazy(async () => ({ default: (await import('./overview-graph.tsx')).OverviewGraph }))

export function Overview() {
  const selection = useLayout((layout) => layout.selection)
  const showsSteps = useShowsSteps()
  const isEmpty = useIsEmpty()
  const steps = showsSteps && !isEmpty ? <OwnStepsSide /> : undefined
  return (
    <WithInspector
      width="inspectorWidth"
      inspector={selection === null ? steps : <ObjectInspector selection={selection} />}
    >
      {!(isEmpty && showsSteps) && <h1 className="visually-hidden">Overview</h1>}
      <Content />
    </WithInspector>
  )
}

function useIsEmpty(): boolean {
  return useApp(
    ({ workspace }) =>
      workspace !== undefined &&
      workspace.connections.length + workspace.publicSchemas.length + workspace.consumers.length === 0,
  )
}

function Content() {
  const mode = useLayout((layout) => layout.overviewMode)
  const isEmpty = useIsEmpty()
  const showsSteps = useShowsSteps()
  const { commands } = useProgram()
  if (isEmpty && showsSteps) return <OwnStepsPage />
  if (isEmpty)
    return (
      <EmptyState
        title="Nothing is connected here yet"
        sentence="Databases, public schemas and who consumes them are written in the manifest, and are drawn here."
      >
        <Button kind="primary" icon={Plus} onClick={() => commands.run('connection.new')}>
          Connect a database
        </Button>
        <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
        <Button kind="quiet" onClick={() => commands.run('steps.toggle')}>
          Show the first steps
        </Button>
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
