import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../domain/clock.ts'
import type { ConsumerStatus, EngineStatus, Happening, SourceStatus } from '../domain/status.ts'
import { readPipeline } from '../read-pipeline.ts'
import { systemClock } from '../replication/system-clock.ts'
import { createSyncCore, type SyncCore } from '../sync-core.ts'
import { waitFor } from './wait-for.ts'

/** A folder with a manifest and a state folder, as somebody would have them. */
export interface TestWorkspace {
  readonly manifestPath: string
  readonly stateDir: string
  /** Writes `rejot-desktop.json` beside the manifest, in place of what is there. */
  writeSettings(settings: unknown): Promise<void>
  dispose(): Promise<void>
}

export async function createWorkspace(manifest: unknown): Promise<TestWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'rejot-engine-test-'))
  const manifestPath = join(folder, 'rejot-manifest.json')
  await writeFile(manifestPath, JSON.stringify(manifest, undefined, 2))
  return {
    manifestPath,
    stateDir: join(folder, 'state'),
    writeSettings: (settings) => writeFile(join(folder, 'rejot-desktop.json'), JSON.stringify(settings)),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}

/** An engine in this process. */
export interface TestEngine {
  readonly core: SyncCore
  readonly happenings: readonly Happening[]
  /** Waits until the status is as wanted; the sentence completes "Cannot see …". */
  until(what: string, wanted: (status: EngineStatus) => boolean, timeoutMs?: number): Promise<EngineStatus>
  /** Every source streams, every consumer has everything. */
  caughtUp(timeoutMs?: number): Promise<EngineStatus>
  stop(): Promise<void>
}

export interface EngineOptions {
  readonly backfill?: boolean
  /** The machine's own when left out. */
  readonly clock?: Clock
}

export async function startEngine(workspace: TestWorkspace, options: EngineOptions = {}): Promise<TestEngine> {
  const { pipeline, problems } = await readPipeline([workspace.manifestPath], process.env)
  const errors = problems.filter((problem) => problem.severity === 'error')
  if (errors.length > 0) throw new Error(`Cannot start: ${errors.map((problem) => problem.message).join('; ')}`)
  const core = createSyncCore({
    pipeline,
    stateDir: workspace.stateDir,
    clock: options.clock ?? systemClock,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    backfill: options.backfill ?? true,
  })
  const happenings: Happening[] = []
  core.onHappening((happening) => happenings.push(happening))
  await core.start()
  const until: TestEngine['until'] = (what, wanted, timeoutMs = 20_000) =>
    waitFor(() => core.status(), { what, until: wanted, timeoutMs })
  return {
    core,
    happenings,
    until,
    caughtUp: (timeoutMs) => until('an engine that has caught up', isCaughtUp, timeoutMs),
    stop: () => core.stop(),
  }
}

function isCaughtUp(status: EngineStatus): boolean {
  const sourceDone = (source: SourceStatus): boolean => source.state === 'streaming' && source.lagMs === 0
  const consumerDone = (consumer: ConsumerStatus): boolean => consumer.state === 'streaming' && consumer.pending === 0
  return (
    status.sources.every(sourceDone) &&
    status.consumers.every(consumerDone) &&
    status.publicSchemas.every(
      ({ failure, backfill }) => failure === undefined && (backfill.state === 'done' || backfill.state === 'skipped'),
    )
  )
}
