import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { PostgresConnection } from '../domain/connection.ts'
import { freePort } from './free-port.ts'
import { watchParent } from './parent-watch.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { type PostgresProcess, startPostgresProcess } from './postgres-process.ts'
import type { ServerUser } from './server-user.ts'

/** What a server runs with and on. */
export interface Place {
  readonly binaries: PostgresBinaries
  readonly dataDir: string
  readonly logFile: string
  readonly password: string
  /** Goes with the server, when it was made for it only. */
  readonly deleteFolder: string | undefined
}

export interface Start extends Place {
  readonly user: ServerUser | undefined
  readonly settings: Readonly<Record<string, string | number>>
}

/** A server that takes connections. */
export interface Run {
  readonly process: PostgresProcess
  readonly port: number
  /** To be called when it has ended. */
  callOffWatch(): void
}

const readyPatienceMs = 60_000
const startTries = 20
const retryDelayMs = 300
const pollDelayMs = 20

/** Another program may take a port between our look and Postgres's bind, so a lost race is run again. */
export async function startSomewhere(start: Start, wishedPort: number | undefined): Promise<Run> {
  for (let tries = 1; ; tries += 1) {
    const port = tries === 1 && wishedPort !== undefined ? wishedPort : await freePort()
    const outcome = await tryStart(start, port)
    if (outcome.state === 'ready') return outcome.run
    if (outcome.state === 'failed' || tries === startTries) throw startError(start, outcome)
    if (outcome.state === 'not-gone') await pause(retryDelayMs)
  }
}

/** Clients know the port, so it has to be that one: waits for what is left of the run before. */
export async function startOnPort(start: Start, port: number): Promise<Run> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await tryStart(start, port)
    if (outcome.state === 'ready') return outcome.run
    if (outcome.state === 'failed' || tries === startTries) throw startError(start, outcome)
    await pause(retryDelayMs)
  }
}

type Outcome =
  | { readonly state: 'ready'; readonly run: Run }
  | { readonly state: 'port-taken' | 'not-gone' | 'failed'; readonly said: string }

async function tryStart(start: Start, port: number): Promise<Outcome> {
  const { binaries, dataDir, deleteFolder } = start
  const server = startPostgresProcess({ ...start, binDir: binaries.binDir, port })
  const callOffWatch = watchParent({
    serverPid: server.pid,
    dataDir,
    mode: deleteFolder === undefined ? 'fast' : 'immediate',
    deleteFolder,
  })
  const problem = await untilReady(server, superuserConnection(port, start.password, 'postgres', 'ready'))
  if (problem === undefined) return { state: 'ready', run: { process: server, port, callOffWatch } }
  if (!server.hasExited()) server.signal('SIGQUIT')
  await server.exited
  callOffWatch()
  const said = [problem, server.lastLogLines()].filter((text) => text !== '').join('\n')
  if (/could not create any TCP\/IP sockets|Address already in use/.test(said)) return { state: 'port-taken', said }
  // The postmaster was killed and its children have not noticed yet.
  if (/pre-existing shared memory block/.test(said)) return { state: 'not-gone', said }
  return { state: 'failed', said }
}

/** Ready is what a client calls ready: one that logs in. Returns why not, `undefined` when it is. */
async function untilReady(server: PostgresProcess, connection: PostgresConnection): Promise<string | undefined> {
  const end = performance.now() + readyPatienceMs
  let last = ''
  while (performance.now() < end) {
    if (server.hasExited()) return ''
    // Whoever else has the port may never answer; that our server has ended says enough.
    const refusal = await Promise.race([logIn(connection), server.exited.then(() => noAnswer)])
    if (refusal === undefined) return undefined
    last = refusal.message
    const isWrongPassword = refusal.code?.startsWith('28') === true
    await Promise.race([server.exited, pause(isWrongPassword ? retryDelayMs : pollDelayMs)])
    // No other answer will come, unless it was another server's that has taken the port; then ours has ended by now.
    if (isWrongPassword) return server.hasExited() ? '' : last
  }
  return `no connection within ${readyPatienceMs / 1000} s: ${last}`
}

interface Refusal {
  readonly message: string
  readonly code: string | undefined
}

const noAnswer: Refusal = { message: 'no answer', code: undefined }

async function logIn(connection: PostgresConnection): Promise<Refusal | undefined> {
  const { host, port, user, password, database } = connection
  const client = new pg.Client({ host, port, user, password, database, connectionTimeoutMillis: 1_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { message: error.message, code: 'code' in error ? String(error.code) : undefined }
  }
}

function startError(start: Start, outcome: Exclude<Outcome, { state: 'ready' }>): Error {
  return new Error(`Cannot start Postgres in ${start.dataDir}: ${outcome.said}`)
}

export function superuserConnection(
  port: number,
  password: string,
  database: string,
  slug: string,
): PostgresConnection {
  return { engine: 'postgres', slug, manifest: 'test', host: '127.0.0.1', port, user: 'postgres', database, password }
}
