import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { PlannedStepView } from '../../main/contract/start-plan.ts'
import type { Invoke } from '../bridge/invoke.ts'

export interface PlanState {
  /** The review, over whatever is shown. */
  readonly open: boolean
  readonly asking: boolean
  /** What a start would change; `undefined` while the servers are asked, and when they could not be. */
  readonly steps: readonly PlannedStepView[] | undefined
  readonly failure: FailureView | undefined
}

export interface PlanStore {
  readonly store: ReturnType<typeof createPlanState>
  /** Shows the review and asks what stands in it. */
  ask(): Promise<void>
  /** Asks, and shows no review: what was said last stays until there is an answer. */
  look(): Promise<void>
  close(): void
  /** Another workspace is open. */
  forget(): void
}

const nothing: PlanState = { open: false, asking: false, steps: undefined, failure: undefined }
const createPlanState = () => createStore<PlanState>(() => nothing)

export function createPlanStore(invoke: Invoke): PlanStore {
  const store = createPlanState()
  let turn = 0
  const question = async () => {
    turn += 1
    const mine = turn
    store.setState({ asking: true })
    const result = await invoke('engine.plan', undefined)
    // It was asked again, or another workspace was opened, meanwhile.
    if (mine !== turn) return
    const answer = result.ok
      ? { steps: result.value, failure: undefined }
      : { steps: undefined, failure: result.failure }
    store.setState({ asking: false, ...answer })
  }
  return {
    store,
    look: question,
    async ask() {
      store.setState({ ...nothing, open: true })
      await question()
    },
    close: () => store.setState({ open: false }),
    forget() {
      turn += 1
      store.setState(nothing)
    },
  }
}
