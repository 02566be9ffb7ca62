import type { Log } from '../../sync-core/domain/log.ts'
import type { AppState, FailureView, SampleState } from '../contract/contract.ts'
import type { Child, ChildOptions } from '../fork-child.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { MainToSample, SampleToMain } from './sample-messages.ts'

export interface ReadySample {
  readonly manifestPath: string
  readonly stateDir: string
  readonly secrets: Readonly<Record<string, string>>
}

export interface SampleSupervisorDeps {
  fork(
    events: Pick<ChildOptions<SampleToMain>, 'onSpawn' | 'onMessage' | 'onExit'>,
  ): Pick<Child<MainToSample>, 'post' | 'kill'>
  /** Folder of the two databases' data. */
  readonly folder: string
  /** Tables, schemas and manifest that the sample is made of. */
  readonly templateFolder: string
  onState(state: SampleState): void
  onProgress(progress: AppState['opening']): void
  readonly log: Log
  /** What the sample's process says about itself. */
  readonly sampleLog: Log
}

/** Runs the sample's two databases and their writer in a process of their own. */
export interface SampleSupervisor {
  /** Resolves when both databases answer; rejects with a Refusal. `fresh` deletes their data first. */
  start(fresh: boolean): Promise<ReadySample>
  /** Throws a Refusal when the sample does not run. */
  pauseWriter(): void
  resumeWriter(): void
  /** Resolves when all of its processes are gone. */
  stop(): Promise<void>
}

/** Two databases need a checkpoint each to end; after this they are left to be recovered at the next start. */
const patienceMs = 8_000

const stopped: SampleState = { state: 'stopped', writer: 'running', rate: 0 }

export function superviseSample(deps: SampleSupervisorDeps): SampleSupervisor {
  let child: Pick<Child<MainToSample>, 'post' | 'kill'> | undefined
  let state = stopped
  let starting: PromiseWithResolvers<ReadySample> | undefined
  let ready: ReadySample | undefined
  let gone = Promise.withResolvers<void>()
  let stopping = false

  const become = (next: SampleState) => {
    state = next
    deps.onState(state)
  }

  const fail = (failure: FailureView) => {
    ready = undefined
    become({ ...state, state: 'failed', message: failure.message })
    starting?.reject(new Refusal(failure))
    starting = undefined
  }

  const receive = (message: SampleToMain) => {
    switch (message.type) {
      case 'step':
        return deps.onProgress(message.progress)
      case 'ready':
        ready = { manifestPath: message.manifestPath, stateDir: message.stateDir, secrets: message.secrets }
        become({ state: 'running', writer: 'running', rate: message.rate })
        starting?.resolve(ready)
        starting = undefined
        return
      case 'writer':
        return become({ ...state, writer: message.state })
      case 'failed':
        return fail(message.failure)
      case 'log':
        return deps.sampleLog[message.level](message.message)
    }
  }

  const exited = (code: number) => {
    child = undefined
    ready = undefined
    const expected = stopping
    stopping = false
    if (expected) become(stopped)
    else if (state.state !== 'failed') {
      deps.log.warn(`The sample's process ended with ${code}`)
      fail({
        message: 'The sample databases ended unexpectedly',
        solution: 'Open the sample workspace again.',
        details: `exit code ${code}`,
      })
    }
    gone.resolve()
  }

  const stop = async () => {
    if (child === undefined) return
    stopping = true
    child.post({ type: 'stop' })
    const timer = setTimeout(() => child?.kill(), patienceMs)
    await gone.promise
    clearTimeout(timer)
  }

  return {
    async start(fresh) {
      if (ready !== undefined && !fresh) return ready
      await stop()
      become({ state: 'starting', writer: 'running', rate: 0 })
      gone = Promise.withResolvers()
      const started = Promise.withResolvers<ReadySample>()
      starting = started
      child = deps.fork({ onSpawn: () => undefined, onMessage: receive, onExit: exited })
      child.post({ type: 'start', folder: deps.folder, templateFolder: deps.templateFolder, fresh })
      return started.promise
    },
    pauseWriter: () => tell({ type: 'pauseWriter' }),
    resumeWriter: () => tell({ type: 'resumeWriter' }),
    stop,
  }

  function tell(message: MainToSample): void {
    if (child === undefined || state.state !== 'running') {
      throw new Refusal({ message: 'Cannot reach the sample: it does not run', solution: 'Open the sample workspace.' })
    }
    child.post(message)
  }
}
