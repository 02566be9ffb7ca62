import { createStore } from 'zustand/vanilla'
import type { Settings } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { Listen } from '../bridge/listen.ts'

export interface SettingsStore {
  readonly store: ReturnType<typeof createSettingsState>
  theme(theme: Settings['theme']): void
  timeZone(zone: Settings['timeZone']): void
}

const createSettingsState = (initial: Settings) => createStore<Settings>(() => initial)

/** Theme and time zone. What main says last is right: another part of the program may change them too. */
export function createSettingsStore(deps: { invoke: Invoke; listen: Listen; initial: Settings }): SettingsStore {
  const store = createSettingsState(deps.initial)
  const show = ({ theme, timeZone }: Settings) => {
    const root = document.documentElement
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    if (theme !== store.getState().theme || timeZone !== store.getState().timeZone) store.setState({ theme, timeZone })
  }
  show(deps.initial)
  deps.listen('settings.changed', show)

  const write = (patch: Partial<Pick<Settings, 'theme' | 'timeZone'>>) => {
    show({ ...store.getState(), ...patch })
    void deps.invoke('settings.write', patch)
  }
  return {
    store,
    theme: (theme) => write({ theme }),
    timeZone: (timeZone) => write({ timeZone }),
  }
}
