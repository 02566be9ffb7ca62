import type { CheckStepView } from '../../main/contract/connection-check.ts'
import type { FailureView } from '../../main/contract/contract.ts'
import { readForm } from '../../main/contract/read-form.ts'
import { replicationNames } from '../../sync-core/domain/connection.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Listen } from '../bridge/listen.ts'
import type { AppStore } from './app-store.ts'
import { checked } from './wizard-form.ts'
import { checkPassword, errorsOf, noTest, type TestState, type WizardCell } from './wizard-state.ts'

export interface ApplyOptions {
  readonly confirmed: boolean
  readonly administrator?: { readonly user: string; readonly password: string }
}

/** The live test of the form that is open: its steps as main tells them, and what cures one. */
export interface WizardTest {
  test(): Promise<void>
  stop(): void
  recheck(step: string): Promise<void>
  apply(step: CheckStepView, options: ApplyOptions): Promise<void>
}

export interface WizardTestDeps {
  readonly invoke: Invoke
  readonly listen: Listen
  readonly app: AppStore
  readonly cell: WizardCell
  /** Puts the draft on disk. */
  flush(): Promise<void>
  /** How a test ended is kept with the draft. */
  keepSoon(): void
}

export function createWizardTest({ invoke, listen, app, cell, flush, keepSoon }: WizardTestDeps): WizardTest {
  const { now, set } = cell
  const setTest = (patch: Partial<TestState>) => {
    const state = now()
    if (state !== undefined) set({ test: { ...state.test, ...patch } })
  }
  /** Somebody may have begun another test, or closed the form, while main was asked. */
  const isOf = (checkId: string) => now()?.test.checkId === checkId

  const replaceSteps = (steps: readonly CheckStepView[]) => {
    const byId = new Map((now()?.test.steps ?? []).map((step) => [step.id, step]))
    for (const step of steps) byId.set(step.id, step)
    setTest({ steps: [...byId.values()] })
  }
  listen('connection.step', ({ checkId, step }) => {
    if (isOf(checkId)) replaceSteps([step])
  })

  const stop = () => {
    const state = now()
    if (state?.test.state === 'running') void invoke('connection.cancelCheck', { checkId: state.test.checkId })
  }
  const settle = (step: string, failure: FailureView | undefined) => {
    const { busy: _, ...test } = now()?.test ?? noTest
    const { [step]: __, ...others } = test.refusals
    set({ test: { ...test, refusals: failure === undefined ? others : { ...others, [step]: failure } } })
    keepSoon()
  }

  return {
    async test() {
      const state = now()
      if (state === undefined) return
      const errors = errorsOf(state)
      const read = readForm(state.form)
      if (!read.ok || Object.keys(errors).length > 0) return set({ errors })
      await flush()
      const checkId = crypto.randomUUID()
      const startedAt = performance.now()
      stop()
      set({ errors: {}, failure: undefined, review: undefined, test: { ...noTest, checkId, state: 'running' } })
      const names =
        state.connection?.replication ?? replicationNames(mainManifest(app)?.slug ?? '', read.connection.slug)
      const answer = await invoke('connection.check', {
        checkId,
        purpose: state.form.use,
        ...(state.form.use === 'destination' ? {} : names),
        connection: { ...checked(read.connection), password: checkPassword(state) },
      })
      if (!isOf(checkId)) return
      if (answer.ok) {
        replaceSteps(answer.value.steps)
        setTest({ cancelled: answer.value.cancelled })
      } else setTest({ failure: answer.failure })
      setTest({ state: 'ended', tookMs: performance.now() - startedAt })
      keepSoon()
    },
    stop,
    async recheck(step) {
      const checkId = now()?.test.checkId ?? ''
      setTest({ busy: step })
      const answer = await invoke('connection.recheck', { checkId, step })
      if (!isOf(checkId)) return
      if (answer.ok) replaceSteps(answer.value.steps)
      settle(step, answer.ok ? undefined : answer.failure)
    },
    async apply({ id: step, fix }, { confirmed, administrator }) {
      const checkId = now()?.test.checkId ?? ''
      setTest({ busy: step })
      const answer = await invoke('connection.applyFix', {
        checkId,
        step,
        statements: [...(fix?.statements ?? [])],
        confirmed,
        ...(administrator === undefined ? {} : { administrator }),
      })
      if (!isOf(checkId)) return
      if (!answer.ok) return settle(step, answer.failure)
      replaceSteps(answer.value.steps)
      const { result } = answer.value
      settle(step, result.applied ? undefined : { message: result.message, solution: result.solution })
    },
  }
}

/** New connections are written into the manifest that was opened. */
function mainManifest(app: AppStore) {
  const workspace = app.getState().workspace
  return workspace?.manifests.find(({ path }) => path === workspace.summary.path)
}
