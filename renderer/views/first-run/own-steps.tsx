import { X } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import type { WorkspaceView } from '../../../main/contract/contract.ts'
import { Button, IconButton } from '../../components/button.tsx'
import { Checklist } from '../../components/checklist.tsx'
import { Ago } from '../../components/time.tsx'
import { type OwnStep, ownSteps, showsSteps, stepsDone } from '../../stores/own-steps.ts'
import { useApp, useLayout, useProgram } from '../../stores/program.ts'
import './first-run.css'

/** Whether the list of first steps stands in the open workspace. */
export function useShowsSteps(): boolean {
  const workspace = useApp((state) => state.workspace)
  const memory = useLayout((layout) => layout.ownSteps[workspace?.summary.path ?? ''])
  return workspace !== undefined && !workspace.summary.sample && showsSteps(workspace, memory)
}

/** Where an empty workspace would be blank. */
export function OwnStepsPage() {
  const { commands } = useProgram()
  return (
    <div className="own-steps-page">
      <div className="own-steps-column">
        <h1 className="own-steps-title">From your database to another one</h1>
        <p className="own-steps-lead">
          Publish rows of one database by contract, and keep them up to date in another. Each step is ticked once it is
          really done.
        </p>
        <div className="own-steps-card">
          <OwnSteps isAlone />
        </div>
        <div className="own-steps-foot">
          <Button onClick={() => commands.run('workspace.openSample')}>Look at the sample</Button>
          <span className="muted">Two databases on this computer, live in seconds.</span>
          <span className="grow" />
          <Button kind="quiet" onClick={() => commands.run('steps.toggle')}>
            Hide the first steps
          </Button>
        </div>
      </div>
    </div>
  )
}

/** Beside the overview, while nothing is selected. */
export function OwnStepsSide() {
  const { commands } = useProgram()
  return (
    <aside className="own-steps-side" aria-label="First steps">
      <OwnSteps>
        <IconButton icon={X} size={14} label="Hide the first steps" onClick={() => commands.run('steps.toggle')} />
      </OwnSteps>
    </aside>
  )
}

/** `isAlone`: nothing else in the view is to be pressed first. */
function OwnSteps({ isAlone = false, children }: { isAlone?: boolean; children?: ReactNode }) {
  const { repository } = useProgram()
  const workspace = useApp((state) => state.workspace)
  const memory = useLayout((layout) => layout.ownSteps[workspace?.summary.path ?? ''])
  // Whether all is committed is git's to say.
  useEffect(() => {
    if (workspace !== undefined) void repository.read()
  }, [workspace, repository])
  if (workspace === undefined) return null
  const done = stepsDone(workspace, memory)
  const items = ownSteps.map((id) => {
    const isDone = done.has(id)
    const [title, how] = words[id]
    const at = id === 'arrive' ? memory?.arrivedAt : id === 'commit' ? memory?.committedAt : undefined
    return {
      id,
      title,
      note: !isDone ? how : at === undefined ? found(id, workspace) : <Ago at={at} />,
      isDone,
      action: !isDone && <Action step={id} isPrimary={isAlone && id === ownSteps.find((step) => !done.has(step))} />,
    }
  })
  return (
    <Checklist title="First steps" items={items}>
      {children}
    </Checklist>
  )
}

const words: Readonly<Record<OwnStep, readonly [string, string]>> = {
  source: ['Connect a source', 'The Postgres that rows come from'],
  destination: ['Connect a destination', 'The one that they are written into'],
  publish: ['Publish a table', 'Its rows, as a contract in SQL'],
  consume: ['Consume it', 'Into a table that is there, or a new one'],
  arrive: ['See a row arrive', 'Sync, and change a row at the source'],
  commit: ['Commit it', 'The contracts are files, readable in review'],
}

/** What there is of a step that is done. */
function found(step: OwnStep, { connections, publicSchemas, consumers }: WorkspaceView): string {
  const sources = connections.filter(({ replication }) => replication !== undefined)
  const others = connections.filter((each) => each !== sources[0])
  const names: Readonly<Record<OwnStep, readonly { readonly name: string }[]>> = {
    source: sources.map(({ slug }) => ({ name: slug })),
    destination: (others.length === 0 ? connections : others).map(({ slug }) => ({ name: slug })),
    publish: publicSchemas,
    consume: consumers,
    arrive: [],
    commit: [],
  }
  return names[step]
    .slice(0, 3)
    .map(({ name }) => name)
    .join(', ')
}

/** The button that does a step. One that another step has to go before is not to be pressed yet. */
function Action({ step, isPrimary }: { step: OwnStep; isPrimary: boolean }) {
  const { commands, wizard, layout } = useProgram()
  const workspace = useApp((state) => state.workspace)
  const engine = useApp((state) => state.engine.state)
  const isIdle = engine === 'idle' || engine === 'failed'
  const schema = workspace?.publicSchemas[0]
  const consume = () => {
    if (schema !== undefined) layout.select({ kind: 'schema', id: schema.id })
    commands.run('catalogue.schemas')
  }
  const actions: Readonly<Record<OwnStep, { readonly label: string; readonly can: boolean; run(): void }>> = {
    source: { label: 'Connect', can: true, run: () => wizard.begin({ use: 'source' }, 'overview') },
    destination: { label: 'Connect', can: true, run: () => wizard.begin({ use: 'destination' }, 'overview') },
    publish: {
      label: 'Choose a table',
      can: (workspace?.connections.length ?? 0) > 0,
      run: () => commands.run('catalogue.tables'),
    },
    consume: { label: 'Consume', can: schema !== undefined, run: consume },
    arrive: {
      label: isIdle ? 'Start sync' : 'Watch',
      can: (workspace?.consumers.length ?? 0) > 0,
      run: () => commands.run(isIdle ? 'engine.start' : 'view.events'),
    },
    commit: { label: 'Look at it', can: schema !== undefined, run: () => commands.run('view.changes') },
  }
  const { label, can, run } = actions[step]
  return (
    <Button
      small
      kind={isPrimary ? 'primary' : 'plain'}
      disabled={!can}
      aria-label={`${label}: ${words[step][0]}`}
      onClick={run}
    >
      {label}
    </Button>
  )
}
