import type { Clock } from '../../sync-core/domain/clock.ts'
import type { BoundPassword } from '../../sync-core/domain/connection.ts'
import type { EventPageRequest, EventPageResult, Histogram } from '../../sync-core/domain/event-reader.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import type { Pipeline, Problem } from '../../sync-core/domain/manifest.ts'
import type { EngineStatus, Happening } from '../../sync-core/domain/status.ts'
import type { EventReaderConnection } from '../../sync-core/sqlite/connect-event-reader.ts'
import type { SyncCore, SyncCoreDeps } from '../../sync-core/sync-core.ts'
import { failureOf } from '../failure-of.ts'
import { expectedFailure, Refusal } from '../ipc/refusal.ts'
import type { CoreCall, CoreToMain, MainToCore } from './core-messages.ts'
import { eventFilter, pageRequest } from './event-request.ts'

export interface CoreHostDeps {
  readPipeline(
    paths: readonly string[],
    secrets: Readonly<Record<string, string>>,
    options: { readonly passwords: readonly BoundPassword[] },
  ): Promise<{ pipeline: Pipeline; problems: readonly Problem[] }>
  createSyncCore(deps: SyncCoreDeps): SyncCore
  /** `undefined` while there is no event store in the folder. */
  connectEventReader(stateDir: string): EventReaderConnection | undefined
  post(message: CoreToMain): void
  /** The engine has something new to show. */
  onStatus(): void
  /** Ends the process. */
  exit(code: number): void
  readonly clock: Clock
  readonly log: Log
}

/** The sync core of one workspace and the reading of its event store, as main asks for them by message. */
export interface CoreHost {
  receive(message: Exclude<MainToCore, { type: 'port' }>): Promise<void>
  status(): EngineStatus | undefined
  eventsPage(request: EventPageRequest): Promise<EventPageResult>
}

export function createCoreHost(deps: CoreHostDeps): CoreHost {
  let stateDir: string | undefined
  let core: SyncCore | undefined
  let reader: EventReaderConnection | undefined

  /** Reads in the reader's thread, or returns `empty` while there is no store. A thread that fell is made anew by the next question. */
  const read = async <T>(empty: T, question: (reader: EventReaderConnection) => Promise<T>): Promise<T> => {
    if (stateDir === undefined) return empty
    reader ??= deps.connectEventReader(stateDir)
    const asked = reader
    if (asked === undefined) return empty
    try {
      return await question(asked)
    } catch (error) {
      if (expectedFailure(error) === undefined && reader === asked) {
        reader = undefined
        await asked.close()
      }
      throw error
    }
  }

  const eventsPage = (request: EventPageRequest): Promise<EventPageResult> =>
    read({ rows: [], more: false, searchedTo: undefined }, (asked) => asked.page(request))

  const start = async ({ manifestPaths, secrets, passwords }: Extract<MainToCore, { type: 'start' }>) => {
    if (stateDir === undefined || core !== undefined) return
    try {
      const { pipeline, problems } = await deps.readPipeline(manifestPaths, secrets, { passwords })
      const [error] = problems.filter((problem) => problem.severity === 'error')
      if (error !== undefined) throw brokenManifest(error)
      core = deps.createSyncCore({ pipeline, stateDir, clock: deps.clock, log: deps.log, backfill: true })
      core.onStatus(deps.onStatus)
      core.onHappening((happening) => {
        const { level, message } = lineOf(happening)
        deps.log[level](message)
      })
      await core.start()
      deps.post({ type: 'ready' })
    } catch (error) {
      core = undefined
      deps.post({ type: 'refused', failure: failureOf(error, deps.log, 'Cannot start the engine') })
    }
  }

  const stop = async (drainMs: number) => {
    try {
      await core?.stop(drainMs)
      await reader?.close()
    } catch (error) {
      deps.log.error('Cannot stop the engine in order', error)
    }
    deps.exit(0)
  }

  const serve = async (call: CoreCall): Promise<unknown> => {
    switch (call.name) {
      case 'pauseConsumer':
        return having(core, call.consumer).pauseConsumer(call.consumer)
      case 'resumeConsumer':
        return having(core, call.consumer).resumeConsumer(call.consumer)
      case 'eventsPage':
        return eventsPage(pageRequest(call.request))
      case 'eventDetail':
        return read(undefined, (asked) => asked.detail(call.offset))
      case 'eventsBehind':
        return read(undefined, (asked) => asked.behind({ ...call.question, now: deps.clock.now() }))
      case 'eventHistogram': {
        const { filter, from, to, buckets } = call.request
        const empty: Histogram = { from, to, counts: Array.from({ length: buckets }, () => 0) }
        return read(empty, (asked) => asked.histogram(eventFilter(filter), from, to, buckets))
      }
    }
  }

  return {
    async receive(message) {
      switch (message.type) {
        case 'open':
          stateDir = message.stateDir
          return
        case 'start':
          return start(message)
        case 'stop':
          return stop(message.drainMs)
        case 'call':
          try {
            deps.post({ type: 'answer', id: message.id, value: await serve(message.call) })
          } catch (error) {
            deps.post({
              type: 'no',
              id: message.id,
              failure: failureOf(error, deps.log, `Cannot serve ${message.call.name}`),
            })
          }
      }
    },
    status: () => core?.status(),
    eventsPage,
  }
}

/** The engine, if it runs and has that consumer. */
function having(core: SyncCore | undefined, consumer: string): SyncCore {
  if (core === undefined) {
    throw new Refusal({
      message: `Cannot change ${consumer}: the engine does not run`,
      solution: 'Start the sync first.',
    })
  }
  if (core.status().consumers.some(({ id }) => id === consumer)) return core
  throw new Refusal({
    message: `Cannot change ${consumer}: the engine has no such consumer`,
    solution: 'Start the sync again.',
  })
}

function brokenManifest({ file, line, column, message }: Problem): Refusal {
  return new Refusal({
    message,
    solution: 'Correct the manifest and start the sync again.',
    details: `${file}:${line}:${column}`,
  })
}

/** One line of the log. Row values stay out of it: a dead letter's key is one. */
function lineOf(happening: Happening): { readonly level: 'info' | 'warn'; readonly message: string } {
  switch (happening.event) {
    case 'started':
    case 'ready':
    case 'stopped':
      return { level: 'info', message: `The engine: ${happening.event}` }
    case 'retrying': {
      const { object, inMs, kind, message } = happening
      return { level: 'warn', message: `${object} is tried again in ${inMs} ms: ${kind}, ${message}` }
    }
    case 'halted':
      return { level: 'warn', message: `${happening.object} is halted: ${happening.kind}, ${happening.message}` }
    case 'dead-letter':
      return { level: 'warn', message: `A row of ${happening.consumer} is a dead letter: ${happening.sqlstate}` }
  }
}
