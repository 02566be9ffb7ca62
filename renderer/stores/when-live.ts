import type { EngineState, FailureView } from '../../main/contract/contract.ts'
import type { AppStore } from './app-store.ts'
import { type Picture, statesOf } from './object-state.ts'
import type { StatusStore } from './status-store.ts'

/** What became of something that was applied: it is live, or nothing runs that it could be live in; or why it is not. */
export type Outcome = { readonly failure: FailureView | undefined }

interface Applied {
  /** Of `statesOf`. */
  readonly object: string
  /** ms since 1970; an engine that began before does not have it yet. */
  readonly at: number
}

/** `undefined`: that is not known yet. Pure. */
export function outcomeOf(
  { workspace, engine, status }: Omit<Picture, 'engine'> & { readonly engine: EngineState },
  { object, at }: Applied,
): Outcome | undefined {
  if (engine.state === 'idle') return { failure: undefined }
  if (engine.state === 'failed') {
    const { message = 'The sync engine stopped', solution } = engine
    return { failure: { message, ...(solution === undefined ? {} : { solution }) } }
  }
  if (engine.state !== 'running' || status === undefined || status.startedAt < at) return undefined
  const state = statesOf({ workspace, engine: engine.state, status }).get(object)
  if (state?.failure !== undefined) {
    const { message, solution } = state.failure
    return { failure: { message, solution } }
  }
  return state === undefined || unsettled.has(state.word) ? undefined : { failure: undefined }
}

const unsettled: ReadonlySet<string> = new Set(['Starting', 'Connecting', 'Waiting to fill'])

/** Resolves with what became of it; with nothing once `signal` says that nobody wants to know. */
export async function whenLive(
  { app, status }: { app: AppStore; status: StatusStore },
  applied: Applied,
  signal: AbortSignal,
): Promise<Outcome | undefined> {
  const look = (): Outcome | undefined => {
    const { workspace, engine } = app.getState()
    // Another workspace's matter by now.
    if (workspace === undefined) return { failure: undefined }
    return outcomeOf({ workspace, engine, status: status.store.getState().status }, applied)
  }
  return new Promise((resolve) => {
    const ends: (() => void)[] = []
    const end = (outcome: Outcome | undefined) => {
      for (const stop of ends) stop()
      resolve(outcome)
    }
    const again = () => {
      const outcome = look()
      if (outcome !== undefined) end(outcome)
    }
    ends.push(app.subscribe(again), status.store.subscribe(again))
    signal.addEventListener('abort', () => end(undefined), { once: true })
    again()
  })
}
