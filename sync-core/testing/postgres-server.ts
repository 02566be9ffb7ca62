import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresConnection } from '../domain/connection.ts'
import type { Log } from '../domain/log.ts'
import { copyDataTemplate, makeKeptDataFolder } from './data-folder.ts'
import { claimKeptData, keptLogFile } from './kept-data.ts'
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.ts'
import type { PostgresProcess } from './postgres-process.ts'
import { type Place, type Run, startOnPort, startSomewhere, superuserConnection } from './run-server.ts'
import { newRunFolder, sweepDeadRuns } from './scratch-folder.ts'
import { type ServerUser, serverUser } from './server-user.ts'
import { type StopMode, stopSignals } from './stop-mode.ts'

export interface PostgresServerOptions {
  /** Folder of `postgres` and `initdb`. Otherwise REJOT_TEST_POSTGRES_BIN (not for kept data), else the npm package's. */
  readonly binDir?: string
  /** An unpacked package of the kind that is installed, to be run in its place: for other versions. */
  readonly packageDir?: string
  /** Kept after `stop`, used again when it exists, and then `password` must be the one it was made with. */
  readonly persistent?: { readonly dataDir: string; readonly password: string }
  /** Over the defaults; `fsync: 'off'` for tests that do not crash the machine. */
  readonly settings?: Readonly<Record<string, string | number>>
  /** Taken when it is free, else another one: read `port` of the server. */
  readonly port?: number
  /** More options of initdb, such as `--wal-segsize=1`; servers with other options are other clusters. Not for kept data. */
  readonly initdb?: readonly string[]
  readonly log?: Log
}

/** A real Postgres server of our own, on 127.0.0.1. */
export interface PostgresServer {
  readonly host: '127.0.0.1'
  readonly port: number
  readonly user: 'postgres'
  readonly password: string
  readonly dataDir: string
  readonly version: string
  /** Process id of the postmaster; another one after each restart. */
  readonly pid: number
  /** Resolves when the present run has ended, however; never rejects. */
  readonly exited: Promise<number | NodeJS.Signals>
  /** The superuser's connection to a database of this server. */
  connectionFor(database: string, slug?: string): PostgresConnection
  /** Ends the server, and deletes its data unless they are to be kept. May be called twice. */
  stop(mode?: StopMode): Promise<void>
  /** Signals the postmaster and returns at once; await `exited` where the signal ends it. */
  kill(signal: NodeJS.Signals): void
  /** Ends the server if it still runs and starts it again with its data, on the same port. */
  restart(mode?: StopMode): Promise<void>
  /** Only starts it again, after `kill`, on the same port. */
  start(): Promise<void>
}

const defaultSettings: Readonly<Record<string, string | number>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_replication_slots: 20,
  max_wal_senders: 20,
  max_connections: 100,
  // Several servers stand side by side on a small machine.
  shared_buffers: '32MB',
  lc_messages: 'C',
  log_checkpoints: 'off',
  // The server's log is quoted in error texts: no statements and no DETAIL, which hold row values.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // In the data folder, where it is deleted with the rest, also after a crash.
  ...(process.platform === 'win32' ? {} : { dynamic_shared_memory_type: 'mmap' }),
}

/** Then a stop becomes an immediate one. */
const stopPatienceMs = 6_000

let swept: Promise<unknown> | undefined

/**
 * Starts a server and returns when it takes connections. The first server of a version takes initdb's time, later
 * ones a fraction of a second. Throws with the server's own last words when it does not start.
 */
export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const user = serverUser()
  const place = await preparePlace(options, user)
  const settings = { ...defaultSettings, ...options.settings }
  let running: Run
  try {
    running = await startSomewhere({ ...place, user, settings }, options.port)
  } catch (error) {
    deleteData(place)
    throw error
  }
  let stopped = false

  const end = async (mode: StopMode): Promise<void> => {
    await endProcess(running.process, mode)
    running.callOffWatch()
  }
  const startAgain = async (): Promise<void> => {
    if (!running.process.hasExited()) throw new Error(`Cannot start Postgres on port ${running.port}: it runs already`)
    running.callOffWatch()
    running = await startOnPort({ ...place, user, settings }, running.port)
  }

  return {
    host: '127.0.0.1',
    get port() {
      return running.port
    },
    user: 'postgres',
    password: place.password,
    dataDir: place.dataDir,
    version: place.binaries.version,
    get pid() {
      return running.process.pid
    },
    get exited() {
      return running.process.exited
    },
    connectionFor: (database, slug = database) => superuserConnection(running.port, place.password, database, slug),
    async stop(mode = 'fast') {
      if (stopped) return
      stopped = true
      await end(mode)
      deleteData(place)
    },
    kill: (signal) => running.process.signal(signal),
    async restart(mode = 'fast') {
      await end(mode)
      await startAgain()
    },
    start: startAgain,
  }
}

/** A fast stop waits for walsenders to have sent everything; one whose client sleeps would hold it for ever. */
async function endProcess(server: PostgresProcess, mode: StopMode): Promise<void> {
  if (!server.hasExited()) server.signal(stopSignals[mode])
  const impatient = setTimeout(() => server.signal(stopSignals.immediate), stopPatienceMs)
  await server.exited
  clearTimeout(impatient)
}

function deleteData(place: Place): void {
  if (place.deleteFolder !== undefined) rmSync(place.deleteFolder, { recursive: true, force: true, maxRetries: 5 })
}

async function preparePlace(options: PostgresServerOptions, user: ServerUser | undefined): Promise<Place> {
  const { persistent, log } = options
  const chosen = persistent === undefined ? process.env.REJOT_TEST_POSTGRES_BIN : undefined
  const binDir = options.binDir ?? (options.packageDir === undefined ? chosen : undefined)
  const binaries = findPostgresBinaries({ binDir, packageDir: options.packageDir }, user, log)
  if (persistent !== undefined) return prepareKeptPlace(persistent, binaries, user)
  swept ??= sweepDeadRuns()
  await swept
  const folder = newRunFolder(user)
  const dataDir = join(folder, 'data')
  const password = await copyDataTemplate({ binaries, user, dataDir, initdb: options.initdb })
  return { binaries, dataDir, logFile: join(folder, 'server.log'), password, deleteFolder: folder }
}

async function prepareKeptPlace(
  kept: { readonly dataDir: string; readonly password: string },
  binaries: PostgresBinaries,
  user: ServerUser | undefined,
): Promise<Place> {
  const { dataDir, password } = kept
  await claimKeptData(dataDir)
  if (!existsSync(dataDir)) await makeKeptDataFolder({ binaries, user, dataDir }, password)
  return { binaries, dataDir, logFile: keptLogFile(dataDir), password, deleteFolder: undefined }
}
