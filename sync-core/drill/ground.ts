import { type FaultyProxy, startFaultyProxy } from '../testing/faulty-proxy.ts'
import { type PostgresServer, startPostgresServer } from '../testing/postgres-server.ts'
import { type DatabaseName, databaseNames } from './shop.ts'

export interface Place {
  readonly name: DatabaseName
  readonly server: PostgresServer
  readonly proxy: FaultyProxy
  /** The proxy's address, which is all that the engine knows. */
  readonly through: { readonly host: string; readonly port: number }
}

/** Servers of our own, each behind a network that can fail; all rounds of a drill share them. */
export interface Ground {
  readonly places: Readonly<Record<DatabaseName, Place>>
  /** Ends the servers and deletes their data. */
  dispose(): Promise<void>
}

/** `fsync` is off: processes are killed, not machines. Deadlocks of the workload are found soon. */
const settings = { fsync: 'off', deadlock_timeout: '50ms' }

export async function prepareGround(): Promise<Ground> {
  const starting = databaseNames.map((name) => startPlace(name))
  const started = await Promise.allSettled(starting)
  const places = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const dispose = async (): Promise<void> => {
    await Promise.all(places.map(({ proxy }) => proxy.dispose()))
    await Promise.all(places.map(({ server }) => server.stop('immediate')))
  }
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await dispose()
    throw failed.reason
  }
  return {
    places: Object.fromEntries(places.map((place) => [place.name, place])) as unknown as Ground['places'],
    dispose,
  }
}

async function startPlace(name: DatabaseName): Promise<Place> {
  const server = await startPostgresServer({ settings })
  const proxy = await startFaultyProxy({ host: server.host, port: server.port })
  return { name, server, proxy, through: { host: proxy.host, port: proxy.port } }
}
