import pg from 'pg'
import type { PostgresConnection } from '../domain/connection.ts'

/** One connection, held until it is closed: for transactions, locks and whatever else belongs to a session. */
export interface SqlSession {
  /** Process id of its server process, to find it in `pg_stat_activity`. */
  readonly pid: number
  readonly isOpen: boolean
  /** Rows as objects. Throws the driver's error, with SQLSTATE in `code`. */
  query(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>
  /** Never rejects; may be called twice. */
  close(): Promise<void>
}

export type SqlRow = Readonly<Record<string, unknown>>

/** Logs in. Throws the driver's error when it cannot. A connection that is cut later shows in `isOpen`. */
export async function openSession(connection: PostgresConnection): Promise<SqlSession> {
  const { host, port, user, password, database } = connection
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  })
  let isOpen = true
  client.on('end', () => {
    isOpen = false
  })
  // Without a listener a cut connection would end the process; the next query reports it.
  client.on('error', () => {
    isOpen = false
  })
  await client.connect()
  const [row] = (await client.query('select pg_backend_pid() as pid')).rows
  return {
    pid: Number(row?.pid),
    get isOpen() {
      return isOpen
    },
    async query(sql, params) {
      const result = await client.query(sql, params === undefined ? undefined : [...params])
      // Several statements give several results; the last one's rows are what was asked for.
      const last = Array.isArray(result) ? result.at(-1) : result
      return last.rows
    },
    async close() {
      isOpen = false
      await client.end().catch(() => undefined)
    },
  }
}
