import { createStore } from 'zustand/vanilla'
import type { Verb, VerbInput, VerbOutput } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { FailureStore } from './failure-store.ts'

export type RepositoryAnswer = VerbOutput<'repository.read'>
export type RepositoryVerb = Extract<Verb, `repository.${string}`>

export interface RepositoryState {
  /** `undefined` until it has been read. */
  readonly answer: RepositoryAnswer | undefined
  /** What git is doing for a person: `Pushing`. */
  readonly busy: string | undefined
  /** Files that the next commit leaves out. */
  readonly left: ReadonlySet<string>
  /** The file that is looked at; `undefined`: what all of it means. */
  readonly selected: string | undefined
}

export interface RepositoryStore {
  readonly store: ReturnType<typeof createRepositoryState>
  /** Asks git again. What the answer is goes to the state, a failure beside the screen. */
  read(): Promise<void>
  /** Has git do something, and reads again whatever came of it. `undefined` when it failed, which is told at its place. */
  act<V extends RepositoryVerb>(
    busy: string,
    verb: V,
    input: VerbInput<V>,
  ): Promise<{ value: VerbOutput<V> } | undefined>
  select(path: string | undefined): void
  /** Has the next commit leave a file out, or take it. */
  leave(path: string, left: boolean): void
  forget(): void
}

const nothingYet: RepositoryState = { answer: undefined, busy: undefined, left: new Set(), selected: undefined }
const createRepositoryState = () => createStore<RepositoryState>(() => nothingYet)

export function createRepositoryStore(deps: { invoke: Invoke; failures: FailureStore }): RepositoryStore {
  const { invoke, failures } = deps
  const store = createRepositoryState()
  let turn = 0

  const read = async () => {
    turn += 1
    const mine = turn
    const result = await invoke('repository.read', undefined)
    // Somebody asked again, or closed the workspace, meanwhile.
    if (mine !== turn) return
    if (!result.ok) return failures.set('repository', result.failure)
    const { selected } = store.getState()
    const files = result.value.kind === 'repository' ? result.value.files : []
    const isThere = files.some(({ path }) => path === selected)
    store.setState({ answer: result.value, selected: isThere ? selected : undefined })
  }

  return {
    store,
    read,
    async act(busy, verb, input) {
      failures.set('repository', undefined)
      store.setState({ busy })
      const result = await invoke(verb, input)
      if (!result.ok) failures.set('repository', result.failure)
      await read()
      store.setState({ busy: undefined })
      return result.ok ? { value: result.value } : undefined
    },
    select: (selected) => store.setState({ selected }),
    leave(path, isLeft) {
      const left = new Set(store.getState().left)
      if (isLeft) left.add(path)
      else left.delete(path)
      store.setState({ left })
    },
    forget() {
      turn += 1
      failures.set('repository', undefined)
      store.setState(nothingYet, true)
    },
  }
}
