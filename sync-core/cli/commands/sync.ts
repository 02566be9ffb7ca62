import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { FailureError } from '../../domain/failure.ts'
import type { Log } from '../../domain/log.ts'
import type { Pipeline } from '../../domain/manifest.ts'
import { systemClock } from '../../replication/system-clock.ts'
import type { SyncCore } from '../../sync-core.ts'
import { createConsoleLog } from '../console-log.ts'
import { happeningJson, happeningText } from '../happening-line.ts'
import type { CommandIo } from '../io.ts'
import { createLiveLine, type LiveLine } from '../live-line.ts'
import { isTaken, nothingRuns } from '../nothing-runs.ts'
import { formatProblem } from '../print-problems.ts'
import { readManifests, refusesToRun } from '../read-manifests.ts'
import { folderName, stateRoot } from '../state-folder.ts'
import { statusLine } from '../status-line.ts'
import { stopSignal } from '../stop-signal.ts'
import { UsageError } from '../usage-error.ts'
import { watchManifests } from '../watch-manifests.ts'

interface SyncOptions {
  readonly json: boolean
  readonly backfill: boolean
  readonly stateDir: string
  readonly apiPort: number | undefined
}

/** Runs an engine until it is told to stop. Returns the exit code. */
export async function sync(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      state: { type: 'string' },
      json: { type: 'boolean' },
      'no-backfill': { type: 'boolean' },
      'api-port': { type: 'string' },
    },
  })
  const apiPort = readPort(values['api-port'])
  const { pipeline, problems } = await readManifests(positionals, io)
  for (const problem of problems) io.err(formatProblem(problem, io.folder))
  if (refusesToRun(problems)) return 1
  if (pipeline.sources.length === 0) {
    io.err('Nothing to do: the manifests publish nothing\n')
    return 1
  }
  const stateDir = values.state === undefined ? defaultStateDir(pipeline, io) : resolve(io.folder, values.state)
  const backfill = values['no-backfill'] !== true
  return run(pipeline, positionals, { json: values.json === true, backfill, stateDir, apiPort }, io)
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d+$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new UsageError(`--api-port is a number from 1 to 65535, not "${text}"`)
  return port
}

/** By the first manifest that is named: the same command finds the same state again. */
function defaultStateDir(pipeline: Pipeline, io: CommandIo): string {
  return join(stateRoot(process.platform, io.env), folderName(pipeline.manifests[0]?.slug ?? ''))
}

async function run(pipeline: Pipeline, files: readonly string[], options: SyncOptions, io: CommandIo): Promise<number> {
  const screen = createLiveLine(io.out, io.terminal && !options.json)
  const log = createConsoleLog((line) => screen.print(io.err, line))
  const stop = stopSignal()
  // Only here, so that the other commands start without database drivers.
  const { createSyncCore } = await import('../../sync-core.ts')
  const core = createSyncCore({ pipeline, ...options, clock: systemClock, log })
  tellHappenings(core, options, io, screen)
  try {
    const failed = failureOfStart(core, log)
    await core.start()
    const watch = {
      running: pipeline,
      read: () => readManifests(files, io),
      clock: systemClock,
      folder: io.folder,
      onChange(sentence: string | undefined) {
        core.noteManifests(sentence)
        log.warn(sentence ?? 'The manifest is again what the engine runs')
      },
    }
    watchManifests(watch, stop).catch((error) => log.error('Cannot look at the manifests any more', error))
    const code = await Promise.race([untilStopped(core, options, screen, stop), failed])
    await core.stop()
    return code
  } catch (error) {
    return refused(error, log)
  }
}

function tellHappenings(core: SyncCore, options: SyncOptions, io: CommandIo, screen: LiveLine): void {
  core.onHappening((happening) => {
    if (options.json) io.out(happeningJson(happening, systemClock.now()))
    else {
      const text = happeningText(happening)
      if (text !== undefined) screen.print(io.out, text)
    }
  })
}

/** Resolves with the exit code when the start has failed for good, and otherwise never. */
function failureOfStart(core: SyncCore, log: Log): Promise<number> {
  return new Promise((resolve) => {
    let ended = false
    const look = (): void => {
      const status = core.status()
      if (ended || !nothingRuns(status)) return
      ended = true
      const taken = status.sources.filter(isTaken)
      // What is halted has been said; what would be tried again has not been said to be the end.
      for (const { failure } of taken) if (failure) log.error(`${failure.message}. ${failure.solution}`)
      resolve(taken.length > 0 ? 3 : 1)
    }
    // A failure lasts until the next try, which may be sooner than the next status.
    core.onHappening(({ event }) => {
      if (event === 'retrying' || event === 'halted') look()
    })
    core.onStatus(look)
  })
}

/** A line a second for a person, until the signal. */
async function untilStopped(
  core: SyncCore,
  options: SyncOptions,
  screen: LiveLine,
  stop: AbortSignal,
): Promise<number> {
  while (!stop.aborted) {
    if (!options.json) screen.live(statusLine(core.status()))
    await systemClock.sleep(1_000, stop)
  }
  return 0
}

function refused(error: unknown, log: Log): number {
  if (!(error instanceof FailureError)) throw error
  const { message, solution, kind } = error.failure
  log.error(`${message}. ${solution}`)
  return kind === 'state-in-use' || kind === 'slot-in-use' ? 3 : 1
}
