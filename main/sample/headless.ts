import type { Clock } from '../../sync-core/domain/clock.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import type { Pipeline, Problem } from '../../sync-core/domain/manifest.ts'
import type { Happening } from '../../sync-core/domain/status.ts'
import type { SyncCore, SyncCoreDeps } from '../../sync-core/sync-core.ts'
import { type RunningSample, startSample } from './start-sample.ts'
import { statusLine } from './status-line.ts'

export interface HeadlessDeps {
  readonly folder: string
  readonly templateFolder: string
  readonly clock: Clock
  readonly log: Log
  readPipeline(
    paths: readonly string[],
    secrets: Readonly<Record<string, string>>,
  ): Promise<{ pipeline: Pipeline; problems: readonly Problem[] }>
  createSyncCore(deps: SyncCoreDeps): SyncCore
  print(line: string): void
}

const drainMs = 10_000

/**
 * Runs the sample and an engine for it until the signal aborts, with a line a second. Then stops everything in order:
 * the writer, so that nothing new comes, the engine, the databases. Throws, with nothing left running, when they do not start.
 */
export async function runHeadless(deps: HeadlessDeps, signal: AbortSignal): Promise<void> {
  const { folder, templateFolder, clock, print } = deps
  const sample = await startSample({ folder, templateFolder, onStep: ({ step }) => print(step) })
  try {
    const core = await createCore(deps, sample)
    core.onHappening((happening) => {
      const text = happeningLine(happening)
      if (text !== undefined) print(text)
    })
    try {
      await core.start()
      print(`The sample runs in ${folder}. End with Ctrl-C.`)
      while (!signal.aborted) {
        print(statusLine(core.status(), timeOf(clock.now())))
        await clock.sleep(1_000, signal)
      }
    } finally {
      print('Stopping …')
      await sample.writer.stop()
      await core.stop(drainMs)
    }
  } finally {
    await sample.stop()
  }
}

async function createCore(deps: HeadlessDeps, sample: RunningSample): Promise<SyncCore> {
  const { pipeline, problems } = await deps.readPipeline([sample.manifestPath], sample.env)
  const [error] = problems.filter((problem) => problem.severity === 'error')
  if (error !== undefined) throw new Error(`${error.file}:${error.line}:${error.column} ${error.message}`)
  return deps.createSyncCore({
    pipeline,
    stateDir: sample.stateDir,
    clock: deps.clock,
    log: deps.log,
    backfill: true,
  })
}

/** What a person should read between the figures; the rest is in them. */
function happeningLine(happening: Happening): string | undefined {
  switch (happening.event) {
    case 'retrying':
      return `${happening.message}; trying again in ${Math.ceil(happening.inMs / 1_000)} s`
    case 'halted':
      return `${happening.message}. ${happening.solution}`
    case 'dead-letter':
      return `${happening.consumer} set a row aside: ${happening.message}`
    case 'started':
    case 'ready':
    case 'stopped':
      return undefined
  }
}

function timeOf(now: number): string {
  return new Date(now).toLocaleTimeString('en-GB')
}
