import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'
import type { PlannedStepView } from '../../main/contract/start-plan.ts'
import type { Invoke } from '../bridge/invoke.ts'

export interface PlanState {
  readonly open: boolean
  /** What a start would change; `undefined` while the servers are asked, and when they could not be. */
  readonly steps: readonly PlannedStepView[] | undefined
  readonly failure: FailureView | undefined
}

export interface PlanStore {
  readonly store: ReturnType<typeof createPlanState>
  /** Shows the review and asks what stands in it. */
  ask(): Promise<void>
  close(): void
}

const closed: PlanState = { open: false, steps: undefined, failure: undefined }
const createPlanState = () => createStore<PlanState>(() => closed)

export function createPlanStore(invoke: Invoke): PlanStore {
  const store = createPlanState()
  let turn = 0
  return {
    store,
    async ask() {
      turn += 1
      const mine = turn
      store.setState({ ...closed, open: true })
      const result = await invoke('engine.plan', undefined)
      // It was closed, or asked again, meanwhile.
      if (mine !== turn) return
      store.setState(result.ok ? { steps: result.value } : { failure: result.failure })
    },
    close() {
      turn += 1
      store.setState(closed)
    },
  }
}
