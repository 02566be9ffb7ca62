import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import { type Contender, itemColumns } from './contender.ts'

/** Postgres's own logical replication between the same two servers: what one would compare with. */
export async function createNative(source: TestDatabase, server: PostgresServer): Promise<Contender> {
  const table = 'item_native'
  await source.query(`create table ${table} (${itemColumns})`)
  await source.query(`create publication bench_native for table ${table}`)
  const destination = await createDatabase(server, { slug: 'native', sql: `create table ${table} (${itemColumns})` })
  const { host, port, user, password, database } = source.connection
  const conninfo = `host=${host} port=${port} user=${user} password=${password} dbname=${database}`
  let created = false
  return {
    name: 'native',
    table,
    slotName: 'bench_native',
    destination,
    async start() {
      if (created) await destination.query('alter subscription bench_native enable')
      else {
        await destination.query(
          `create subscription bench_native connection '${conninfo}' publication bench_native with (copy_data = false)`,
        )
        created = true
      }
      await waitFor(
        () => source.query(`select 1 from pg_replication_slots where slot_name = 'bench_native' and active`),
        { what: 'the subscription at work', until: (rows) => rows.length === 1 },
      )
    },
    async stop() {
      await destination.query('alter subscription bench_native disable')
      await waitFor(
        () => source.query(`select 1 from pg_replication_slots where slot_name = 'bench_native' and active`),
        { what: 'the subscription at rest', until: (rows) => rows.length === 0 },
      )
    },
    peakMemoryBytes: () => undefined,
    async dispose() {
      await destination.query('drop subscription if exists bench_native')
      await destination.drop()
    },
  }
}
