/**
 * What to do with the engine's process, as a table: `supervise-core.ts` obeys it.
 *
 * - `idle`: no engine. A process may still be there to read stored events.
 * - `starting`: set when a person starts it, or when a restart is due; the process was told to start.
 * - `running`: set when the engine says that it runs. It sees to its databases by itself.
 * - `stopping`: set when a person stops it; ends when the process is gone, by force after the drain time.
 * - `restarting`: set when the process died; waits for its time.
 * - `failed`: the engine refused to start and said why. Nothing is tried again until a person acts.
 */
export type LifecycleName = 'idle' | 'starting' | 'running' | 'stopping' | 'restarting' | 'failed'

export type LifecycleEvent =
  | 'start' // a person asks for it
  | 'stop' // a person asks for it
  | 'ready' // the engine says that it runs
  | 'refused' // the engine says that it cannot start
  | 'exited' // the process is gone
  | 'retry-due' // the wait of `restarting` is over
  | 'drain-over' // the wait of `stopping` is over
  | 'lived' // it has been running for a minute

export interface Lifecycle {
  readonly name: LifecycleName
  /** Restarts since it last lived for a minute. */
  readonly restarts: number
}

export type LifecycleAction =
  | { readonly do: 'start-engine' } // in a process that is made when there is none
  | { readonly do: 'ask-to-stop' }
  | { readonly do: 'kill' }
  | { readonly do: 'wait'; readonly event: LifecycleEvent; readonly delayMs: number }
  | { readonly do: 'forget-waits' }

export interface LifecycleStep {
  readonly next: Lifecycle
  readonly actions: readonly LifecycleAction[]
}

export const idle: Lifecycle = { name: 'idle', restarts: 0 }
export const restartDelaysMs = [1_000, 2_000, 5_000, 15_000, 60_000] as const
export const drainMs = 5_000
export const livedMs = 60_000

export function step(lifecycle: Lifecycle, event: LifecycleEvent): LifecycleStep {
  return lifecycleTable[lifecycle.name][event](lifecycle)
}

type Cell = (lifecycle: Lifecycle) => LifecycleStep

/** Nothing to do: the event comes from before, or asks for what is so already. */
const stay: Cell = (lifecycle) => ({ next: lifecycle, actions: [] })

const start: Cell = () => ({
  next: { name: 'starting', restarts: 0 },
  actions: [{ do: 'forget-waits' }, { do: 'start-engine' }],
})

const startAgain: Cell = ({ restarts }) => ({ next: { name: 'starting', restarts }, actions: [{ do: 'start-engine' }] })

const run: Cell = ({ restarts }) => ({
  next: { name: 'running', restarts },
  actions: [{ do: 'wait', event: 'lived', delayMs: livedMs }],
})

const ease: Cell = ({ name }) => ({ next: { name, restarts: 0 }, actions: [] })

const drain: Cell = () => ({
  next: { name: 'stopping', restarts: 0 },
  actions: [{ do: 'forget-waits' }, { do: 'ask-to-stop' }, { do: 'wait', event: 'drain-over', delayMs: drainMs }],
})

const kill: Cell = (lifecycle) => ({ next: lifecycle, actions: [{ do: 'kill' }] })

const rest: Cell = () => ({ next: idle, actions: [{ do: 'forget-waits' }] })

const fail: Cell = () => ({ next: { name: 'failed', restarts: 0 }, actions: [{ do: 'forget-waits' }] })

/** The engine goes on from its stored positions, so another try costs nothing; the waits keep a crash loop from eating the machine. */
const restart: Cell = ({ restarts }) => ({
  next: { name: 'restarting', restarts: restarts + 1 },
  actions: [
    { do: 'forget-waits' },
    {
      do: 'wait',
      event: 'retry-due',
      delayMs: restartDelaysMs[Math.min(restarts, restartDelaysMs.length - 1)] ?? 60_000,
    },
  ],
})

const lifecycleTable: Readonly<Record<LifecycleName, Readonly<Record<LifecycleEvent, Cell>>>> = {
  idle: {
    start,
    stop: stay,
    ready: stay,
    refused: stay,
    exited: stay,
    'retry-due': stay,
    'drain-over': stay,
    lived: stay,
  },
  starting: {
    start: stay,
    stop: drain,
    ready: run,
    refused: fail,
    exited: restart,
    'retry-due': stay,
    'drain-over': stay,
    lived: stay,
  },
  running: {
    start: stay,
    stop: drain,
    ready: stay,
    refused: fail,
    exited: restart,
    'retry-due': stay,
    'drain-over': stay,
    lived: ease,
  },
  stopping: {
    start: stay,
    stop: stay,
    ready: stay,
    refused: stay,
    exited: rest,
    'retry-due': stay,
    'drain-over': kill,
    lived: stay,
  },
  restarting: {
    start,
    stop: rest,
    ready: stay,
    refused: stay,
    exited: stay,
    'retry-due': startAgain,
    'drain-over': stay,
    lived: stay,
  },
  failed: {
    start,
    stop: rest,
    ready: stay,
    refused: stay,
    exited: stay,
    'retry-due': stay,
    'drain-over': stay,
    lived: stay,
  },
}
