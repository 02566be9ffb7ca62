import { createStore } from 'zustand/vanilla'
import type { FailureView } from '../../main/contract/contract.ts'

/** Where a failure is shown: beside what it is about. */
export type FailurePlace =
  | 'workspace'
  | 'engine'
  | 'sample'
  | 'clipboard'
  | 'repository'
  | `connection:${string}`
  | `consumer:${string}`

export interface FailureStore {
  readonly store: ReturnType<typeof createFailureState>
  set(place: FailurePlace, failure: FailureView | undefined): void
  /** Another engine runs: what the one before could not do for a consumer says nothing of it. */
  forgetConsumers(): void
}

const createFailureState = () => createStore<Readonly<Record<string, FailureView>>>(() => ({}))

/** What the last thing that a person asked for said, until it is asked again, works, or is put away. */
export function createFailureStore(): FailureStore {
  const store = createFailureState()
  return {
    store,
    set(place, failure) {
      const { [place]: _, ...rest } = store.getState()
      store.setState(failure === undefined ? rest : { ...rest, [place]: failure }, true)
    },
    forgetConsumers() {
      const others = Object.entries(store.getState()).filter(([place]) => !place.startsWith('consumer:'))
      store.setState(Object.fromEntries(others), true)
    },
  }
}
