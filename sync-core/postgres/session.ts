import type { Duplex } from 'node:stream'
import pg from 'pg'
import type { PostgresConnection } from '../domain/connection.ts'
import { FailureError } from '../domain/failure.ts'
import { type AnswerWatch, watchAnswers } from './answer-watch.ts'
import { classifyFailure } from './classify-failure.ts'
import { tlsOptions } from './tls-options.ts'

const connectTimeoutMs = 10_000
const answerPatienceMs = 15_000

/**
 * Settings that change how a value is printed or read or which rows are seen, pinned on every session, so that a role's or a
 * database's own defaults never reach a payload. `row_security = off` makes hidden rows an error instead of deletes.
 */
const pinnedSettings: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO,MDY',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lc_monetary: 'C',
  array_nulls: 'on',
  xmloption: 'content',
  xmlbinary: 'base64',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  transform_null_equals: 'off',
  row_security: 'off',
  statement_timeout: '300s',
  idle_in_transaction_session_timeout: '0',
}

export type SessionSettings = Readonly<Record<string, string>>

/** Values come as the server prints them; nothing is turned into a JavaScript number or date on the way. */
const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: string | Buffer) => value }

/** As the server shows a connection in pg_stat_activity; it cuts names at 63 bytes. */
export function applicationName(purpose: string): string {
  return `ReJot ${purpose}`
}

/** What a client is made of, for sessions and for the replication stream alike. */
export function clientConfig(
  connection: PostgresConnection,
  purpose: string,
  ownSettings: SessionSettings,
): pg.ClientConfig {
  const settings = { ...pinnedSettings, ...ownSettings }
  return {
    host: connection.host,
    port: connection.port,
    user: connection.user,
    database: connection.database,
    // pg would ask PGPASSWORD and ~/.pgpass for an absent password, and so send another connection's.
    password: connection.password ?? '',
    ssl: tlsOptions(connection),
    application_name: applicationName(purpose),
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types: asText,
  }
}

/** A connected session. */
export interface Session {
  readonly client: pg.Client
  /**
   * Rows as arrays of text; `name` keeps the statement prepared. Throws the driver's error. Statements are run in the
   * order of the calls; one that fails does not stop those behind it, but within a transaction they fail as well.
   */
  rows(text: string, values?: readonly (string | null)[], name?: string): Promise<(string | null)[][]>
  /** Several statements without values in one round trip; the rows of each. */
  script(text: string): Promise<(string | null)[][][]>
  /** Rejects once the connection is lost. */
  readonly failed: Promise<never>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly purpose: string
  readonly settings: SessionSettings
  /** How long an answer may take before the server is asked whether it is at work; 15 s when left out. */
  readonly patienceMs?: number | undefined
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined
  /** How the server asks who we are, `SCRAM-SHA-256`; not called where it does not ask. */
  readonly onAuthentication?: ((method: string) => void) | undefined
}

/** Connects. Throws a FailureError that names the connection. */
export async function openSession(connection: PostgresConnection, options: SessionOptions): Promise<Session> {
  // What is asked is sent at once, not when the answer before it has come: most of a small epoch's time is waiting.
  const config = clientConfig(connection, options.purpose, options.settings)
  const client = new pg.Client({ ...config, pipeline: true })
  let closed = false
  const failed = new Promise<never>((_, reject) => {
    const fail = (error: Error): void => {
      if (!closed) reject(new FailureError(classifyFailure(error, connection.slug), error))
    }
    client.on('error', fail)
    client.on('end', () => fail(new Error('Connection terminated')))
  })
  // Whoever waits for it sees the rejection; nobody has to.
  failed.catch(() => {})
  let watch: AnswerWatch
  const giveUp = (): void => destroySocket(client)
  try {
    options.signal?.throwIfAborted()
    options.signal?.addEventListener('abort', giveUp, { once: true })
    if (options.onAuthentication !== undefined) tellAuthentication(client, options.onAuthentication)
    await client.connect()
    surviveWhatCannotBeRead(client)
    const { patienceMs = answerPatienceMs } = options
    watch = await watchAnswers(client, { config, patienceMs, onDead: () => destroySocket(client) })
  } catch (error) {
    closed = true
    await endWithin(client, 0)
    throw new FailureError(classifyFailure(error, connection.slug), error)
  } finally {
    options.signal?.removeEventListener('abort', giveUp)
  }
  const sendTogether = gatherWrites(client)
  const watched = async <T>(ask: () => Promise<T>): Promise<T> => {
    const answered = watch.asked()
    try {
      sendTogether()
      return await ask()
    } finally {
      answered()
    }
  }
  return {
    client,
    failed,
    async rows(text, values, name) {
      const result = await watched(() =>
        client.query<(string | null)[]>({
          text,
          rowMode: 'array',
          ...(values === undefined ? {} : { values: [...values] }),
          ...(name === undefined ? {} : { name }),
        }),
      )
      return result.rows
    },
    async script(text) {
      const result: unknown = await watched(() => client.query({ text, rowMode: 'array' }))
      // Several statements in one text come back as several results, which the type definitions do not know.
      const results = (Array.isArray(result) ? result : [result]) as pg.QueryArrayResult<(string | null)[]>[]
      return results.map((one) => one.rows)
    },
    async close() {
      closed = true
      watch.stop()
      await endWithin(client, 2_000)
    },
  }
}

/** The server's first messages, by the names that the driver gives them. */
const authentications = {
  authenticationSASL: 'SCRAM-SHA-256',
  authenticationMD5Password: 'MD5',
  authenticationCleartextPassword: 'a password in plain text',
} as const

function tellAuthentication(client: pg.Client, tell: (method: string) => void): void {
  const { connection } = client as unknown as { connection?: NodeJS.EventEmitter }
  for (const [name, method] of Object.entries(authentications)) connection?.once(name, () => tell(method))
}

/**
 * What is asked in one turn of the loop goes out in one write: each write wakes the server, which on a busy machine
 * costs more than the small statements of an epoch. Returns what is called before each of them.
 */
function gatherWrites(client: pg.Client): () => void {
  let gathering = false
  return () => {
    const stream = streamOf(client)
    if (gathering || stream === undefined) return
    gathering = true
    stream.cork()
    // Behind all promises that are settled by now, and so behind what they ask.
    process.nextTick(() => {
      gathering = false
      stream.uncork()
    })
  }
}

/** A server that does not answer must not keep us from stopping: after that long the socket is destroyed. */
async function endWithin(client: pg.Client, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([client.end().catch(() => {}), limit])
  clearTimeout(timer)
  destroySocket(client)
}

/**
 * A value that no JavaScript string holds (from 512 MB on) makes the driver throw out of its socket's event, which would
 * end the process, and again after each restart. So it is the connection that fails, with what was being asked.
 */
function surviveWhatCannotBeRead(client: pg.Client): void {
  const stream = streamOf(client)
  if (stream === undefined) return
  const listeners = stream.listeners('data') as ((bytes: Buffer) => void)[]
  stream.removeAllListeners('data')
  stream.on('data', (bytes: Buffer) => {
    try {
      for (const listener of listeners) listener(bytes)
    } catch (error) {
      stream.destroy(error as Error)
    }
  })
}

export function destroySocket(client: pg.Client): void {
  streamOf(client)?.destroy()
}

/** Over TLS it is another one than at the beginning. */
function streamOf(client: pg.Client): Duplex | undefined {
  return (client as unknown as { connection?: { stream?: Duplex } }).connection?.stream
}
