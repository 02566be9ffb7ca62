import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { PostgresConnection } from '../domain/connection.ts'
import type { PostgresServer } from './postgres-server.ts'
import { openSession, type SqlRow, type SqlSession } from './sql-session.ts'
import { waitFor } from './wait-for.ts'

export interface TestDatabaseOptions {
  /** Run once in the new database: tables, rows. */
  readonly sql?: string
  /** Beginning of the database's name and slug of its connection. */
  readonly slug?: string
}

/** A database of its own for a test. Survives restarts of its server. */
export interface TestDatabase {
  readonly name: string
  /** The superuser's. */
  readonly connection: PostgresConnection
  query(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]>
  session(): Promise<SqlSession>
  /** Ends everybody's connections, drops the slots on it and the database. */
  drop(): Promise<void>
}

/** Makes a database with a name that nothing else has. Throws the server's error when `sql` is refused. */
export async function createDatabase(server: PostgresServer, options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { slug = 'test', sql } = options
  const name = `${slug.replaceAll('-', '_')}_${randomBytes(5).toString('hex')}`
  await withAdmin(server, (admin) => admin.query(`create database ${pg.escapeIdentifier(name)}`))
  const connection = server.connectionFor(name, slug)
  const { host, port, user, password } = connection
  const pool = new pg.Pool({ host, port, user, password, database: name, max: 4, connectionTimeoutMillis: 5_000 })
  // A killed server cuts idle connections; the pool replaces them.
  pool.on('error', () => undefined)
  const database: TestDatabase = {
    name,
    connection,
    async query(text, params) {
      const result = await pool.query(text, params === undefined ? undefined : [...params])
      const last = Array.isArray(result) ? result.at(-1) : result
      return last.rows
    },
    session: () => openSession(connection),
    async drop() {
      await pool.end()
      await withAdmin(server, (admin) => dropDatabase(admin, name))
    },
  }
  if (sql !== undefined) await database.query(sql)
  return database
}

async function dropDatabase(admin: SqlSession, name: string): Promise<void> {
  await admin.query(
    `select pg_terminate_backend(active_pid) from pg_replication_slots where database = $1 and active_pid is not null`,
    [name],
  )
  await waitFor(() => admin.query(dropFreeSlots, [name]).then(() => admin.query(countSlots, [name])), {
    what: `no slots on ${name}`,
    until: ([row]) => row?.slots === 0,
  })
  await admin.query(`drop database ${pg.escapeIdentifier(name)} with (force)`)
}

const dropFreeSlots = `
  select pg_drop_replication_slot(slot_name)
  from pg_replication_slots
  where database = $1 and not active`

const countSlots = `select count(*)::int as slots from pg_replication_slots where database = $1`

async function withAdmin<Result>(server: PostgresServer, act: (admin: SqlSession) => Promise<Result>): Promise<Result> {
  const admin = await openSession(server.connectionFor('postgres'))
  try {
    return await act(admin)
  } finally {
    await admin.close()
  }
}
