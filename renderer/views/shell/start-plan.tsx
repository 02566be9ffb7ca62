import { Dialog } from 'radix-ui'
import type { PlannedStepView } from '../../../main/contract/start-plan.ts'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { ObjectChip, type ObjectKind } from '../../components/object-icon.tsx'
import { useLate } from '../../components/use-late.ts'
import { useApp, usePlan, useProgram } from '../../stores/program.ts'

/** What starting would change, before it does: slots, copies with their rows, who comes and who goes. */
export function StartPlan() {
  const { plan } = useProgram()
  const open = usePlan((state) => state.open)
  const runs = useApp(({ engine }) => engine.state === 'running' || engine.state === 'restarting')
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && plan.close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="scrim" />
        <Dialog.Content className="dialog start-plan">
          <Dialog.Title className="dialog-title">
            {runs ? 'What starting again would change' : 'What starting would change'}
          </Dialog.Title>
          <Dialog.Description className="dialog-text">
            {runs
              ? 'The sync runs with the manifests as they were when it was started. This is what they say now.'
              : 'The databases were asked, and nothing was changed to learn it.'}
          </Dialog.Description>
          <PlannedSteps />
          <Footer runs={runs} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** What was answered last, or that it is being asked. */
export function PlannedSteps() {
  const { steps, failure } = usePlan((state) => state)
  if (failure !== undefined) return <FailureNote failure={failure} />
  if (steps === undefined) return <Asking />
  if (steps.length === 0)
    return <p className="start-plan-none">Nothing is made, copied or dropped: it would go on where it was.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ul className="start-plan-steps" tabIndex={0} aria-label="What would change">
      {steps.map((step) => (
        <Step key={`${step.kind} ${step.object} ${step.what}`} step={step} />
      ))}
    </ul>
  )
}

function Asking() {
  const isLate = useLate(true)
  return (
    <p className="start-plan-none muted" role="status">
      {isLate ? 'Asking the databases …' : '\u00a0'}
    </p>
  )
}

const kinds: Readonly<Record<PlannedStepView['kind'], ObjectKind>> = {
  source: 'connection',
  'public schema': 'schema',
  consumer: 'consumer',
}
const words: Readonly<Record<PlannedStepView['action'], readonly [word: string, tone: string]>> = {
  add: ['New', 'ok'],
  change: ['Changed', 'warn'],
  remove: ['Gone', 'error'],
  problem: ['Cannot', 'error'],
  unknown: ['Not known', 'quiet'],
}

function Step({ step: { action, kind, object, what } }: { step: PlannedStepView }) {
  const [word, tone] = words[action]
  return (
    <li>
      <ObjectChip kind={kinds[kind]} size={24} />
      <div className="grow">
        <p className="strong ellipsis selectable" title={object}>
          {object}
        </p>
        <p className="text-2 selectable">{sentenceOf(what)}.</p>
      </div>
      <span className={`tone-${tone}`}>{word}</span>
    </li>
  )
}

/** What follows the object, or what a server said in its place, which is a sentence already. */
function sentenceOf(what: string): string {
  return /^\p{Lu}/u.test(what) ? what : `It ${what}`
}

function Footer({ runs }: { runs: boolean }) {
  const { plan } = useProgram()
  const start = useStart(runs)
  return (
    <div className="dialog-footer">
      <Button onClick={plan.close}>{start === undefined ? 'Close' : 'Cancel'}</Button>
      {start !== undefined && (
        <Button kind="primary" onClick={start}>
          {runs ? 'Stop and start again' : 'Start sync'}
        </Button>
      )}
    </div>
  )
}

/** Does what the plan says; `undefined` where there is nothing to start, or nothing was said yet. */
export function useStart(runs: boolean): (() => void) | undefined {
  const { plan, actions } = useProgram()
  const steps = usePlan((state) => state.steps)
  const engine = useApp((state) => state.engine.state)
  const outdated = useApp((state) => state.outdated)
  const canStart = runs ? outdated || (steps?.length ?? 0) > 0 : engine === 'idle' || engine === 'failed'
  if (steps === undefined || !canStart) return undefined
  return () => {
    plan.close()
    void (runs ? actions.stopSync() : Promise.resolve()).then(actions.startSync)
  }
}
