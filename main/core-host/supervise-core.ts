import type { BoundPassword } from '../../sync-core/domain/connection.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import type { EngineState, FailureView } from '../contract/contract.ts'
import type { Child, ChildOptions } from '../fork-child.ts'
import { Refusal } from '../ipc/refusal.ts'
import { createPendingCalls } from '../pending-calls.ts'
import {
  type CoreAnswer,
  type CoreCall,
  type CoreCallName,
  type CoreToMain,
  coreAnswers,
  type MainToCore,
} from './core-messages.ts'
import { drainMs, idle, type Lifecycle, type LifecycleAction, type LifecycleEvent, step } from './lifecycle.ts'

/** What an engine is to run, of one workspace. */
export interface CoreTarget {
  /** Folder of the event store, one for each workspace. */
  readonly stateDir: string
  readonly manifestPaths: readonly string[]
  /** Read at each start: values for `${env:REJOT_…}`. */
  readonly secrets: () => Readonly<Record<string, string>>
  /** Read at each start: kept passwords of the connections of these manifests. They go before `secrets`. */
  readonly passwords: () => readonly BoundPassword[]
}

export type CoreChild = Pick<Child<MainToCore>, 'pid' | 'post' | 'kill'>

export interface CoreSupervisorDeps {
  fork(events: Pick<ChildOptions<CoreToMain>, 'onSpawn' | 'onMessage' | 'onExit'>): CoreChild
  onState(state: EngineState): void
  /** A process is there that the window may be connected with; `undefined`: none. */
  onChild(child: CoreChild | undefined): void
  now(): number
  readonly log: Log
  /** What the core's process says about itself. */
  readonly coreLog: Log
}

/** Starts, watches, restarts and stops the sync core's process for the open workspace. */
export interface CoreSupervisor {
  /** Says what a start will run; call only while nothing runs. */
  aim(target: CoreTarget | undefined): void
  /** What a start would run. */
  aimed(): CoreTarget | undefined
  /** Returns at once; the state tells the rest. */
  start(): void
  /** Resolves when the engine is gone: it finishes what is under way, and is killed after 5 s. */
  stop(): Promise<void>
  /** Also ends a process that only reads. */
  close(): Promise<void>
  /** Asks the core's process; makes one when only stored events are to be read. Rejects with a Refusal. */
  call<N extends CoreCallName>(call: Extract<CoreCall, { name: N }>): Promise<CoreAnswer<N>>
}

export function superviseCore(deps: CoreSupervisorDeps): CoreSupervisor {
  const calls = createPendingCalls({
    answers: coreAnswers,
    gone: { message: 'Cannot ask the engine: its process ended', solution: 'It is started again by itself.' },
    tooMany: { message: 'Cannot ask the engine: too many questions wait for it' },
  })
  const timers = new Set<NodeJS.Timeout>()
  let lifecycle: Lifecycle = idle
  let target: CoreTarget | undefined
  let child: CoreChild | undefined
  let failure: FailureView | undefined
  let retryAt: number | undefined
  let settled: (() => void)[] = []
  let gone: (() => void)[] = []

  const happen = (event: LifecycleEvent) => {
    const before = lifecycle
    const { next, actions } = step(lifecycle, event)
    lifecycle = next
    for (const action of actions) obey(action)
    if (next.name !== before.name) deps.log.info(`engine: ${before.name} → ${next.name} (${event})`)
    deps.onState(stateOf(lifecycle, { failure, retryAt, pid: child?.pid }))
    if (next.name === 'idle' || next.name === 'failed') settle()
  }

  const obey = (action: LifecycleAction) => {
    switch (action.do) {
      case 'start-engine':
        return startEngine()
      case 'ask-to-stop':
        // Half a second less than main's own patience, so that the core's own ending comes first.
        return child?.post({ type: 'stop', drainMs: drainMs - 500 })
      case 'kill':
        return child?.kill()
      case 'wait': {
        const timer = setTimeout(() => {
          timers.delete(timer)
          happen(action.event)
        }, action.delayMs)
        // Nothing is kept alive by waiting alone.
        timer.unref()
        timers.add(timer)
        retryAt = action.event === 'retry-due' ? deps.now() + action.delayMs : undefined
        return
      }
      case 'forget-waits':
        for (const timer of timers) clearTimeout(timer)
        timers.clear()
        retryAt = undefined
        return
    }
  }

  const startEngine = () => {
    if (target === undefined) return
    failure = undefined
    processFor(target).post({
      type: 'start',
      manifestPaths: [...target.manifestPaths],
      secrets: { ...target.secrets() },
      passwords: target.passwords().map((bound) => ({ ...bound, target: { ...bound.target } })),
    })
  }

  const processFor = (aimed: CoreTarget): CoreChild => {
    if (child !== undefined) return child
    const made = deps.fork({
      onSpawn: () => deps.onState(stateOf(lifecycle, { failure, retryAt, pid: child?.pid })),
      onMessage: receive,
      onExit: (code) => exited(code),
    })
    child = made
    made.post({ type: 'open', stateDir: aimed.stateDir })
    deps.onChild(made)
    return made
  }

  const receive = (message: CoreToMain) => {
    switch (message.type) {
      case 'ready':
        return happen('ready')
      case 'refused':
        failure = message.failure
        return happen('refused')
      case 'log':
        return deps.coreLog[message.level](message.message)
      case 'answer':
        return calls.answered(message.id, message.value)
      case 'no':
        return calls.refused(message.id, message.failure)
    }
  }

  const exited = (code: number) => {
    child = undefined
    deps.onChild(undefined)
    calls.abandon()
    if (lifecycle.name === 'starting' || lifecycle.name === 'running') {
      deps.log.warn(`The engine's process ended with ${code}`)
      failure = {
        message: 'The sync engine ended unexpectedly',
        solution: 'It starts again by itself and goes on where it was.',
        details: `exit code ${code}`,
      }
    }
    happen('exited')
    for (const done of gone) done()
    gone = []
  }

  const settle = () => {
    for (const done of settled) done()
    settled = []
  }

  const stop = async () => {
    const done = new Promise<void>((resolve) => settled.push(resolve))
    happen('stop')
    await done
  }

  return {
    aim: (aimed) => {
      target = aimed
    },
    aimed: () => target,
    start() {
      if (target === undefined) throw noWorkspace()
      if (lifecycle.name === 'stopping') throw stillStopping()
      happen('start')
    },
    stop,
    async close() {
      await stop()
      if (child === undefined) return
      const done = new Promise<void>((resolve) => gone.push(resolve))
      child.kill()
      await done
    },
    async call(call) {
      if (target === undefined) throw noWorkspace()
      const asked = processFor(target)
      return calls.ask(call.name, (id) => asked.post({ type: 'call', id, call })) as Promise<
        CoreAnswer<typeof call.name>
      >
    },
  }
}

interface Details {
  readonly failure: FailureView | undefined
  readonly retryAt: number | undefined
  readonly pid: number | undefined
}

function stateOf({ name }: Lifecycle, { failure, retryAt, pid }: Details): EngineState {
  const why = name === 'failed' || name === 'restarting' ? failure : undefined
  const runs = name === 'starting' || name === 'running' || name === 'stopping'
  return {
    state: name,
    ...(why === undefined ? {} : { message: why.message }),
    ...(why?.solution === undefined ? {} : { solution: why.solution }),
    ...(name !== 'restarting' || retryAt === undefined ? {} : { retryAt }),
    ...(!runs || pid === undefined ? {} : { pid }),
  }
}

function noWorkspace(): Refusal {
  return new Refusal({ message: 'Cannot ask the engine: no workspace is open', solution: 'Open a workspace first.' })
}

function stillStopping(): Refusal {
  return new Refusal({ message: 'Cannot start the engine: it is still stopping', solution: 'Try again in a moment.' })
}
