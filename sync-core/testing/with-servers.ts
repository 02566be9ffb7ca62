import { after, before } from 'node:test'
import { type PostgresServer, type PostgresServerOptions, startPostgresServer } from './postgres-server.ts'

/**
 * Servers that all tests of a file share: started before the first, stopped after the last. Returns the way to get
 * one by name, which throws before the tests have begun. They run without fsync: tests kill processes, not machines.
 */
export function withServers<Name extends string>(
  names: readonly Name[],
  options: PostgresServerOptions = {},
): (name: Name) => PostgresServer {
  const servers = new Map<Name, PostgresServer>()
  before(async () => {
    await Promise.all(
      names.map(async (name) => {
        const settings = { fsync: 'off', ...options.settings }
        servers.set(name, await startPostgresServer({ ...options, settings }))
      }),
    )
  })
  after(() => Promise.all([...servers.values()].map((server) => server.stop('immediate'))))
  return (name) => {
    const server = servers.get(name)
    if (server === undefined) throw new Error(`Cannot use server "${name}": the tests have not begun`)
    return server
  }
}
