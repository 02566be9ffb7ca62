import { mkdirSync } from 'node:fs'
import { type Api, serveApi } from './api/serve-api.ts'
import type { Clock } from './domain/clock.ts'
import type { EngineCommands } from './domain/commands.ts'
import type { EventStore } from './domain/event-store.ts'
import { FailureError } from './domain/failure.ts'
import type { Log } from './domain/log.ts'
import type { Pipeline } from './domain/manifest.ts'
import type { EngineStatus, Happening } from './domain/status.ts'
import { refusal } from './replication/refusal.ts'
import { createStatusBoard } from './replication/status-board.ts'
import { createStatusFile } from './replication/status-file.ts'
import { type Engine, runEngine } from './run-engine.ts'
import { acquireStateLock } from './sqlite/acquire-state-lock.ts'
import { openEventStore } from './sqlite/open-event-store.ts'

export interface SyncCoreDeps {
  readonly pipeline: Pipeline
  /** Holds the event store; made when missing. One engine at a time. */
  readonly stateDir: string
  readonly clock: Clock
  readonly log: Log
  /** `false`: consumers start from now instead of with the rows that exist. */
  readonly backfill: boolean
  /** Serve the API on this port of 127.0.0.1, and not only on the state folder's socket. */
  readonly apiPort?: number | undefined
}

/** The engine. The only door to it. */
export interface SyncCore extends EngineCommands {
  /**
   * Checks everything, creates what is missing and begins to follow. Resolves when every source and consumer runs,
   * waits for a retry or is halted; rejects with a FailureError (`state-in-use`, `store`, …) when none can.
   */
  start(): Promise<void>
  /** Finishes what is under way, closes everything. Resolves within `drainMs`. */
  stop(drainMs?: number): Promise<void>
  /** Shown with the status: the manifests' files say something else than what runs; `undefined`: they do not. */
  noteManifests(sentence: string | undefined): void
  /** At most four times a second, after something changed. Returns the way to end it. */
  onStatus(listener: (status: EngineStatus) => void): () => void
  onHappening(listener: (happening: Happening) => void): () => void
}

/** Makes an engine; nothing happens before `start`. */
export function createSyncCore(deps: SyncCoreDeps): SyncCore {
  const { pipeline, stateDir, clock, log } = deps
  const statusListeners = new Set<(status: EngineStatus) => void>()
  const happeningListeners = new Set<(happening: Happening) => void>()
  const stopping = new AbortController()
  let engine: Engine | undefined
  let lastStatus: EngineStatus | undefined

  const happen = (happening: Happening): void => {
    for (const listener of happeningListeners) listener(happening)
  }

  const status = (): EngineStatus => engine?.board.read() ?? lastStatus ?? emptyStatus(clock.now())
  const running = (): Engine['commands'] => {
    if (engine !== undefined) return engine.commands
    throw refusal('engine', 'Cannot do that: the engine does not run', 'Start it first.')
  }
  const commands: EngineCommands = {
    status,
    pauseConsumer: async (consumer) => running().pauseConsumer(consumer),
    resumeConsumer: async (consumer) => running().resumeConsumer(consumer),
    replay: async (consumer, selection) => running().replay(consumer, selection),
    startOver: async (consumer) => running().startOver(consumer),
    skipDeadLetters: async (consumer, selection, reason) => running().skipDeadLetters(consumer, selection, reason),
    backfillAgain: async (schema) => running().backfillAgain(schema),
    recoverSource: async (source) => running().recoverSource(source),
  }

  return {
    async start() {
      mkdirSync(stateDir, { recursive: true, mode: 0o700 })
      const lock = acquireStateLock(stateDir)
      let store: EventStore | undefined
      let api: Api
      try {
        store = openEventStore({ stateDir, log })
        api = await serveApi({ stateDir, port: deps.apiPort, commands, log })
      } catch (error) {
        store?.close()
        lock.release()
        throw error
      }
      const board = createStatusBoard(pipeline, store, clock)
      const file = createStatusFile(stateDir, process.pid)
      board.onHappening(happen)
      board.onStatus((status) => {
        lastStatus = status
        file.write(status)
        for (const listener of statusListeners) listener(status)
      })
      engine = runEngine({ ...deps, store, board, signal: stopping.signal })
      engine.finished = engine.finished.finally(async () => {
        await api.close()
        board.engine('stopped')
        board.close()
        // The status is the last one from here on: the store that it is read from closes.
        engine = undefined
        file.flush()
        moveLog(store)
        store.close()
        lock.release()
        happen({ event: 'stopped' })
      })
      happen({ event: 'started', pid: process.pid, stateDir })
      board.engine('running')
    },
    async stop(drainMs = 10_000) {
      log.info('Stopping')
      stopping.abort()
      if (engine === undefined) return
      const drained = new AbortController()
      await Promise.race([engine.finished, clock.sleep(drainMs, drained.signal)])
      drained.abort()
    },
    noteManifests: (sentence) => engine?.board.manifestNote(sentence),
    onStatus: (listener) => listen(statusListeners, listener),
    onHappening: (listener) => listen(happeningListeners, listener),
    ...commands,
  }
}

/** What cannot be moved now stays in the log, and is read from there at the next start. */
function moveLog(store: EventStore): void {
  try {
    store.checkpoint()
  } catch (error) {
    if (!(error instanceof FailureError)) throw error
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function emptyStatus(at: number): EngineStatus {
  return {
    at,
    startedAt: at,
    state: 'starting',
    sources: [],
    publicSchemas: [],
    consumers: [],
    destinations: [],
    store: { events: 0, bytes: 0, closings: 0, heldFor: [] },
  }
}
