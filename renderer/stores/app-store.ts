import { createStore } from 'zustand/vanilla'
import type { AppState } from '../../main/contract/contract.ts'
import type { Listen } from '../bridge/listen.ts'

export type AppStore = ReturnType<typeof createAppStore>

/** What main says of the program: workspace, engine, sample, recent ones. Only main changes it. */
export function createAppStore(deps: { listen: Listen; initial: AppState }) {
  const store = createStore<AppState>(() => deps.initial)
  // Replaced as a whole: a part that went away must go away here too.
  deps.listen('app.state', (state) => store.setState(state, true))
  return store
}
