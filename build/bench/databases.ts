import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import type { ContenderName } from './contender.ts'
import type { Shape } from './shape.ts'

export interface Servers {
  readonly source: PostgresServer
  readonly destination: PostgresServer
}

export interface Databases {
  readonly source: TestDatabase
  readonly destinations: readonly TestDatabase[]
  drop(): Promise<void>
}

/** Empty databases for a contender, with the shape's tables. */
export async function createDatabases(name: ContenderName, shape: Shape, servers: Servers): Promise<Databases> {
  const source = await createDatabase(servers.source, { slug: `${name}_source`, sql: shape.sourceSql })
  const destinations = await Promise.all(
    Array.from({ length: shape.destinations }, () =>
      createDatabase(servers.destination, { slug: `${name}_destination`, sql: shape.destinationSql }),
    ),
  )
  return {
    source,
    destinations,
    async drop() {
      // Destinations first: their subscriptions hold slots of the source.
      for (const destination of destinations) await destination.drop()
      await source.drop()
    },
  }
}

/** Empties all tables of a schema named `public`. */
export async function emptyTables(database: TestDatabase): Promise<void> {
  const rows = await database.query(
    `select string_agg(quote_ident(tablename), ', ') as tables from pg_tables where schemaname = 'public'`,
  )
  await database.query(`truncate ${String(rows[0]?.tables)}`)
}
