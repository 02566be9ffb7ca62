import { createStore } from 'zustand/vanilla'
import type { FailureView, VerbInput } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'

export interface TeamsState {
  /** The list is looked at. */
  readonly open: boolean
  readonly address: string
  /** Why the last address was not taken. */
  readonly failure: FailureView | undefined
  readonly busy: boolean
}

export interface TeamsStore {
  readonly store: ReturnType<typeof createTeamsState>
  show(): void
  close(): void
  type(address: string): void
  /** Adds what is typed. */
  add(): Promise<void>
  fetch(url: string): Promise<void>
  remove(url: string): Promise<void>
}

const closed: TeamsState = { open: false, address: '', failure: undefined, busy: false }
const createTeamsState = () => createStore<TeamsState>(() => closed)

/** The list of other teams' repositories; what is in them comes with the workspace. */
export function createTeamsStore(invoke: Invoke): TeamsStore {
  const store = createTeamsState()
  const act = async (verb: 'teams.add' | 'teams.fetch' | 'teams.remove', input: VerbInput<'teams.add'>) => {
    store.setState({ busy: true, failure: undefined })
    const result = await invoke(verb, input)
    store.setState({ busy: false, failure: result.ok ? undefined : result.failure })
    return result.ok
  }
  return {
    store,
    show: () => store.setState({ ...closed, open: true }),
    close: () => store.setState(closed),
    type: (address) => store.setState({ address, failure: undefined }),
    async add() {
      const { address } = store.getState()
      if (address.trim() !== '' && (await act('teams.add', { url: address.trim() }))) store.setState({ address: '' })
    },
    async fetch(url) {
      await act('teams.fetch', { url })
    },
    async remove(url) {
      await act('teams.remove', { url })
    },
  }
}
