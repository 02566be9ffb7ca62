import type { TestDatabase } from '../../sync-core/testing/test-database.ts'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import type { Contender } from './contender.ts'
import { createDatabases, emptyTables, type Servers } from './databases.ts'
import type { Shape } from './shape.ts'

/** Postgres's own logical replication between the same two servers: what one would compare with. */
export async function createNative(shape: Shape, servers: Servers): Promise<Contender> {
  const databases = await createDatabases('native', shape, servers)
  const { source, destinations } = databases
  // Slots belong to the whole server, so they carry the database's name.
  const subscriptions = destinations.map((destination) => ({ destination, name: `bench_${destination.name}` }))
  const slotNames = subscriptions.map(({ name }) => name)
  const tables = shape.publicSchema.transformations.map(({ table }) => table)
  await source.query(`create publication bench for table ${tables.join(', ')}`)
  let created = false

  const untilActive = (wanted: number): Promise<unknown> =>
    waitFor(() => source.query(activeSlots, [slotNames]), {
      what: wanted === 0 ? 'the subscriptions at rest' : 'the subscriptions at work',
      until: ([row]) => row?.active === wanted,
    })
  const onEach = (statement: (name: string) => string): Promise<unknown> =>
    Promise.all(subscriptions.map(({ destination, name }) => destination.query(statement(name))))
  const contender: Contender = {
    name: 'native',
    source,
    destinations,
    slotNames,
    async start() {
      await onEach((name) => (created ? `alter subscription ${name} enable` : createSubscription(name, source)))
      created = true
      await untilActive(slotNames.length)
    },
    async stop() {
      if (!created) return
      await onEach((name) => `alter subscription ${name} disable`)
      await untilActive(0)
    },
    async forget() {
      await onEach((name) => `drop subscription if exists ${name}`)
      created = false
      await Promise.all(destinations.map(emptyTables))
    },
    renew: async () => undefined,
    enginePid: () => undefined,
    storeWrites: async () => undefined,
    async dispose() {
      await onEach((name) => `drop subscription if exists ${name}`)
      await databases.drop()
    },
  }
  return contender
}

const activeSlots = 'select count(*)::int as active from pg_replication_slots where slot_name = any($1) and active'

function createSubscription(name: string, source: TestDatabase): string {
  const { host, port, user, password, database } = source.connection
  const conninfo = `host=${host} port=${port} user=${user} password=${password} dbname=${database}`
  return `create subscription ${name} connection '${conninfo}' publication bench with (copy_data = true)`
}
