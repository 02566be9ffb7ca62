import type { Pipeline } from '../../sync-core/domain/manifest.ts'
import { compareContracts } from '../../sync-core/manifest/compare-contracts.ts'
import type { AppStateBook } from '../app-state.ts'
import type { PlannedStepView } from '../contract/start-plan.ts'

/** Says in the state whether what runs was started with other manifests than the files say by now. */
export interface RunningManifests {
  /** What the files say; `undefined`: nothing that could be run just now, or none are open. */
  read(pipeline: Pipeline | undefined): void
  /** What is wrong with versions of contracts, against what runs; empty where nothing does. */
  contractFaults(): readonly PlannedStepView[]
}

/** An engine takes what the files say when it is started, whoever starts it, and keeps that. */
export function followRunning(state: AppStateBook): RunningManifests {
  let now: Pipeline | undefined
  let running: Pipeline | undefined
  let before = state.read().engine.state

  const runs = () => ['starting', 'running', 'restarting'].includes(before)
  const tell = () => {
    const outdated = runs() && running !== undefined && now !== undefined && whatRuns(running) !== whatRuns(now)
    if (outdated !== state.read().outdated) state.change({ outdated })
  }
  state.onChange(({ engine }) => {
    if (engine.state === before) return
    before = engine.state
    if (before === 'starting') running = now
    tell()
  })
  return {
    read(pipeline) {
      now = pipeline
      tell()
    },
    contractFaults() {
      if (!runs() || running === undefined || now === undefined) return []
      return compareContracts(running.manifests, now.manifests).flatMap(({ id, changes, fault }): PlannedStepView[] => {
        if (fault === undefined) return []
        const what = [...changes.map((change) => change.what), fault].join('; ')
        return [{ action: 'problem', kind: 'public schema', object: id, what }]
      })
    },
  }
}

/** What people are told of it, and no engine looks at. */
const labels: ReadonlySet<string> = new Set(['environment', 'description', 'owner', 'tags'])

function whatRuns(pipeline: Pipeline): string {
  return JSON.stringify(pipeline, (field, value) => {
    if (labels.has(field)) return undefined
    return typeof value === 'bigint' ? `${value}` : value
  })
}
