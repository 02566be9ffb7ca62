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
  /** What a start would change is looked at instead. */
  readonly plan: boolean
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
  selectPlan(): void
  /** Has the next commit leave a file out, or take it. */
  leave(path: string, left: boolean): void
  forget(): void
}

const nothingYet: RepositoryState = {
  answer: undefined,
  busy: undefined,
  left: new Set(),
  selected: undefined,
  plan: false,
}
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
    const { selected, answer } = store.getState()
    const files = result.value.kind === 'repository' ? result.value.files : []
    const current = files.find(({ path }) => path === selected)
    store.setState({ answer: result.value, selected: current?.path })
    // What waits for a decision is shown: when it came up, and the next one once one is made.
    const next = toDecide(files)
    const wasDecided =
      current?.state !== 'conflicted' && answer?.kind === 'repository' && toDecide(answer.files)?.path === selected
    const cameUp = answer?.kind === 'repository' && toDecide(answer.files) === undefined
    if (next !== undefined && (wasDecided || cameUp)) store.setState({ selected: next.path, plan: false })
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
    select: (selected) => store.setState({ selected, plan: false }),
    selectPlan: () => store.setState({ plan: true }),
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

type Files = Extract<RepositoryAnswer, { kind: 'repository' }>['files']

/** The manifest before the files that it names: these follow from what is decided there. */
function toDecide(files: Files): Files[number] | undefined {
  const conflicted = files.filter(({ state }) => state === 'conflicted')
  return conflicted.find(({ kind }) => kind === 'manifest') ?? conflicted[0]
}
