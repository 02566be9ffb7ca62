import { writeFile } from 'node:fs/promises'
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
import { type EngineProcess, type EngineProcessOptions, startEngineProcess } from './engine-process.ts'
import type { PostgresServer } from './postgres-server.ts'
import { createDatabase, type TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'

/** Accounts in one database, their copies in another, and a workspace that carries them over: what most tests begin with. */
export interface AccountSetting {
  readonly source: TestDatabase
  readonly destination: TestDatabase
  readonly workspace: TestWorkspace
  /** Writes the manifest again, with these consumers. */
  setConsumers(consumers: readonly ConsumerOverrides[]): Promise<void>
  start(options?: EngineOptions): Promise<TestEngine>
  startProcess(options?: EngineProcessOptions): EngineProcess
  /** Waits until the destination's table is what the public schema is over all rows of the source. */
  arrived(what: string, options?: { readonly timeoutMs?: number; readonly table?: string }): Promise<void>
  /** Ends the engines, and takes everything away. */
  dispose(): Promise<void>
}

export interface AccountChoices {
  readonly consumers?: readonly ConsumerOverrides[]
  /** Run in the new databases, after their tables are made. */
  readonly source?: string
  readonly destination?: string
  /** In place of the usual table at the destination. */
  readonly destinationTable?: string
  /** `rejot-desktop.json` beside the manifest. */
  readonly settings?: unknown
  /** Beside the manifest when left out. */
  readonly stateDir?: string | undefined
  /** Whom the engine signs in as, the password being the same; the superuser when left out. */
  readonly role?: string
  readonly destinationRole?: string
  /** Where the engine reaches the servers, when not at their own ports: through a proxy. */
  readonly sourcePort?: number
  readonly destinationPort?: number
}

interface Servers {
  readonly source: PostgresServer
  readonly destination: PostgresServer
}

export async function setUpAccounts(servers: Servers, choices: AccountChoices = {}): Promise<AccountSetting> {
  const [source, destination] = await Promise.all([
    createDatabase(servers.source, { slug: 'accounts', sql: `${accountTables}; ${choices.source ?? ''}` }),
    createDatabase(servers.destination, {
      slug: 'billing',
      sql: `${choices.destinationTable ?? accountDestinationTable}; ${choices.destination ?? ''}`,
    }),
  ])
  const manifest = (consumers = choices.consumers): unknown =>
    accountManifest(
      asReached(source, choices.role, choices.sourcePort),
      asReached(destination, choices.destinationRole, choices.destinationPort),
      consumers,
    )
  const made = await createWorkspace(manifest())
  const workspace = { ...made, stateDir: choices.stateDir ?? made.stateDir }
  if (choices.settings !== undefined) await workspace.writeSettings(choices.settings)
  const ends: (() => Promise<unknown>)[] = []
  return {
    source,
    destination,
    workspace,
    setConsumers: (consumers) => writeFile(workspace.manifestPath, JSON.stringify(manifest(consumers))),
    async start(options) {
      const engine = await startEngine(workspace, options)
      ends.push(() => engine.stop())
      return engine
    },
    startProcess(options) {
      const engine = startEngineProcess(workspace, options)
      ends.push(() => engine.signal('SIGKILL'))
      return engine
    },
    async arrived(what, { timeoutMs = 30_000, table = 'account_destination' } = {}) {
      const there = { database: source, sql: accountTruth }
      const here = { database: destination, sql: accountArrived.replace('account_destination', table) }
      await waitFor(async () => (await expectSameRows(there, here)) >= 0, { what, timeoutMs })
    },
    async dispose() {
      for (const end of ends) await end()
      await Promise.all([source.drop(), destination.drop()])
      await workspace.dispose()
    },
  }
}

/** The same for the time of one piece of work, however that ends. */
export async function withAccounts(
  servers: Servers,
  choices: AccountChoices,
  work: (setting: AccountSetting) => Promise<void>,
): Promise<void> {
  const setting = await setUpAccounts(servers, choices)
  try {
    await work(setting)
  } finally {
    await setting.dispose()
  }
}

function asReached({ connection }: TestDatabase, role: string | undefined, port = connection.port) {
  return role === undefined ? { ...connection, port } : { ...connection, port, user: role, password: role }
}
