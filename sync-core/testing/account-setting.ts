import {
  accountArrived,
  accountDestinationTable,
  accountManifest,
  accountTables,
  accountTruth,
  type ConsumerOverrides,
} from './account-manifest.ts'
import { expectSameRows } from './compare-tables.ts'
import { createWorkspace, type EngineOptions, startEngine, type TestEngine, type TestWorkspace } from './engine.ts'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import type { PostgresServer } from './postgres-server.ts'
import { createDatabase, type TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'

/** Accounts in one database, their copies in another, and a workspace that carries them over: what most tests begin with. */
export interface AccountSetting {
  readonly source: TestDatabase
  readonly destination: TestDatabase
  readonly workspace: TestWorkspace
  start(options?: EngineOptions): Promise<TestEngine>
  startProcess(nodeFlags?: readonly string[]): EngineProcess
  /** Waits until the destination's table is what the public schema is over all rows of the source. */
  arrived(what: string, timeoutMs?: number): Promise<void>
  /** Ends the engines, and takes everything away. */
  dispose(): Promise<void>
}

export interface AccountChoices {
  readonly consumers?: readonly ConsumerOverrides[]
  /** Run in the new databases, after their tables are made. */
  readonly source?: string
  readonly destination?: string
  /** Whom the engine signs in as, the password being the same; the superuser when left out. */
  readonly role?: string
  readonly destinationRole?: string
  /** Where the engine reaches the servers, when not at their own ports: through a proxy. */
  readonly sourcePort?: number
  readonly destinationPort?: number
}

export async function setUpAccounts(
  servers: { readonly source: PostgresServer; readonly destination: PostgresServer },
  choices: AccountChoices = {},
): Promise<AccountSetting> {
  const [source, destination] = await Promise.all([
    createDatabase(servers.source, { slug: 'accounts', sql: `${accountTables}; ${choices.source ?? ''}` }),
    createDatabase(servers.destination, {
      slug: 'billing',
      sql: `${accountDestinationTable}; ${choices.destination ?? ''}`,
    }),
  ])
  const manifest = accountManifest(
    asReached(source, choices.role, choices.sourcePort),
    asReached(destination, choices.destinationRole, choices.destinationPort),
    choices.consumers,
  )
  const workspace = await createWorkspace(manifest)
  const ends: (() => Promise<unknown>)[] = []
  return {
    source,
    destination,
    workspace,
    async start(options) {
      const engine = await startEngine(workspace, options)
      ends.push(() => engine.stop())
      return engine
    },
    startProcess(nodeFlags = []) {
      const engine = startEngineProcess(workspace, { nodeFlags })
      ends.push(() => engine.signal('SIGKILL'))
      return engine
    },
    async arrived(what, timeoutMs = 30_000) {
      const same = (): Promise<number> =>
        expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
      await waitFor(async () => (await same()) >= 0, { what, timeoutMs })
    },
    async dispose() {
      for (const end of ends) await end()
      await Promise.all([source.drop(), destination.drop()])
      await workspace.dispose()
    },
  }
}

function asReached({ connection }: TestDatabase, role: string | undefined, port = connection.port) {
  return role === undefined ? { ...connection, port } : { ...connection, port, user: role, password: role }
}
