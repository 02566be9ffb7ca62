import { toast } from 'sonner'
import type { Verb, VerbInput, VerbOutput } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { FailurePlace, FailureStore } from './failure-store.ts'

/** What a person can make the program do; a failure goes to the place that it is about. */
export interface Actions {
  openSample(): Promise<void>
  resetSample(): Promise<void>
  open(path: string): Promise<void>
  choose(kind: 'folder' | 'file'): Promise<void>
  create(): Promise<void>
  closeWorkspace(): Promise<void>
  forget(path: string): Promise<void>
  reveal(path: string): Promise<void>
  startSync(): Promise<void>
  stopSync(): Promise<void>
  pauseConsumer(id: string): Promise<void>
  resumeConsumer(id: string): Promise<void>
  /** Takes the last saving or removal of a connection back. */
  undoConnection(): Promise<void>
  /** The kept password may go where the connection leads now. */
  confirmPassword(id: string): Promise<void>
  discardDraft(id: string): Promise<void>
  pauseWriter(): Promise<void>
  resumeWriter(): Promise<void>
  /** `what` completes "Copied …". */
  copy(text: string, what: string): Promise<void>
  windowControl(control: 'minimize' | 'toggleMaximize' | 'close'): Promise<void>
}

export function createActions(deps: { invoke: Invoke; failures: FailureStore }): Actions {
  const { invoke, failures } = deps
  async function act<V extends Verb>(
    place: FailurePlace,
    verb: V,
    input: VerbInput<V>,
  ): Promise<VerbOutput<V> | undefined> {
    failures.set(place, undefined)
    const result = await invoke(verb, input)
    if (result.ok) return result.value
    failures.set(place, result.failure)
    return undefined
  }
  const does = async <V extends Verb>(place: FailurePlace, verb: V, input: VerbInput<V>): Promise<void> => {
    await act(place, verb, input)
  }

  const undoConnection = () => does('workspace', 'connection.undo', undefined)

  return {
    undoConnection,
    openSample: () => does('workspace', 'workspace.openSample', undefined),
    resetSample: () => does('workspace', 'workspace.resetSample', undefined),
    open: (path) => does('workspace', 'workspace.open', { path }),
    choose: (kind) => does('workspace', 'workspace.choose', { kind }),
    create: () => does('workspace', 'workspace.create', undefined),
    closeWorkspace: () => does('workspace', 'workspace.close', undefined),
    forget: (path) => does('workspace', 'workspace.forget', { path }),
    reveal: (path) => does('workspace', 'workspace.reveal', { path }),
    startSync: () => does('engine', 'engine.start', undefined),
    stopSync: () => does('engine', 'engine.stop', undefined),
    pauseConsumer: (id) => does(`consumer:${id}`, 'consumer.pause', { id }),
    resumeConsumer: (id) => does(`consumer:${id}`, 'consumer.resume', { id }),
    confirmPassword: (id) => does(`connection:${id}`, 'connection.confirmPassword', { id }),
    discardDraft: (id) => does('workspace', 'connection.discardDraft', { id }),
    pauseWriter: () => does('sample', 'sample.pauseWriter', undefined),
    resumeWriter: () => does('sample', 'sample.resumeWriter', undefined),
    async copy(text, what) {
      const result = await invoke('clipboard.write', { text })
      if (result.ok) toast(`Copied ${what}`)
      else toast(result.failure.message)
    },
    windowControl: (control) => does('workspace', `window.${control}`, undefined),
  }
}
