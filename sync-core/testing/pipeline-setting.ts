import type { PostgresConnection } from '../domain/connection.ts'
import { expectSameRows } from './compare-tables.ts'
import { createWorkspace, type EngineOptions, startEngine, type TestEngine, type TestWorkspace } from './engine.ts'
import { type EngineProcess, startEngineProcess } from './engine-process.ts'
import type { PostgresServer } from './postgres-server.ts'
import { createDatabase, type TestDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'

/** Tables, public schemas and consumers of any kind, in as few words as a test needs. */
export interface PipelineChoices<Name extends string> {
  readonly databases: Readonly<Record<Name, DatabaseChoices>>
  readonly publicSchemas: Readonly<Record<string, PublicSchemaChoices<Name>>>
  readonly consumers: Readonly<Record<string, ConsumerChoices<Name>>>
  /** What is kept of events that everybody has applied; the usual when left out. */
  readonly history?: { readonly days: number; readonly megabytes: number }
}

export interface DatabaseChoices {
  readonly server: PostgresServer
  readonly sql: string
  /** A proxy's address, by which the engine reaches it; the test itself goes straight to the server. */
  readonly through?: { readonly host: string; readonly port: number }
}

export interface PublicSchemaChoices<Name extends string> {
  readonly from: Name
  readonly key: readonly string[]
  /** Types by column. */
  readonly columns: Readonly<Record<string, string>>
  /** Columns that are never NULL; the key when left out. */
  readonly required?: readonly string[]
  /** SQL by table. */
  readonly tables: Readonly<Record<string, string>>
}

export interface ConsumerChoices<Name extends string> {
  readonly of: string
  readonly into: Name
  readonly sql: string
  readonly deleteSql: string
  /** It takes every version, and not only the last of an epoch. */
  readonly everyVersion?: boolean
  /** What a refused row does; it is set aside when left out. */
  readonly onRefusal?: 'park' | 'halt'
  /** What must be the same in the end: over all rows of the source, and what came of it at the destination. */
  readonly truth: string
  readonly rows: string
}

export interface PipelineSetting<Name extends string> {
  readonly databases: Readonly<Record<Name, TestDatabase>>
  readonly workspace: TestWorkspace
  start(options?: EngineOptions): Promise<TestEngine>
  startProcess(): EngineProcess
  /** Waits until every destination is what its public schema is over all rows of the source; or those of these consumers. */
  arrived(
    what: string,
    options?: { readonly consumers?: readonly string[]; readonly timeoutMs?: number; readonly signal?: AbortSignal },
  ): Promise<void>
  /** Ends the engines, and takes everything away. */
  dispose(): Promise<void>
}

const slug = '@test/pipeline'

/** The engine's name of a consumer in this setting. */
export function consumerIdOf(name: string): string {
  return `${slug}/${name}`
}

export async function setUpPipeline<Name extends string>(
  choices: PipelineChoices<Name>,
): Promise<PipelineSetting<Name>> {
  const names = Object.keys(choices.databases) as Name[]
  const made = await Promise.all(
    names.map(async (name) => {
      const { server, sql } = choices.databases[name]
      return [name, await createDatabase(server, { slug: name, sql })] as const
    }),
  )
  const databases = Object.fromEntries(made) as Record<Name, TestDatabase>
  const workspace = await createWorkspace(pipelineManifest(choices, databases))
  await workspace.writeSettings(settingsOf(choices))
  const ends: (() => Promise<unknown>)[] = []
  return {
    databases,
    workspace,
    async start(options) {
      const engine = await startEngine(workspace, options)
      ends.push(() => engine.stop())
      return engine
    },
    startProcess() {
      const engine = startEngineProcess(workspace)
      ends.push(() => engine.signal('SIGKILL'))
      return engine
    },
    async arrived(what, { consumers = Object.keys(choices.consumers), timeoutMs = 20_000, signal } = {}) {
      for (const name of consumers) {
        const consumer = choices.consumers[name]
        const schema = choices.publicSchemas[consumer?.of ?? '']
        if (consumer === undefined || schema === undefined) throw new Error(`Cannot compare ${name}: there is none`)
        const there = { database: databases[schema.from], sql: consumer.truth }
        const here = { database: databases[consumer.into], sql: consumer.rows }
        await waitFor(async () => (await expectSameRows(there, here)) >= 0, {
          what: `${what} (${name})`,
          timeoutMs,
          signal,
        })
      }
    },
    async dispose() {
      for (const end of ends) await end()
      await Promise.all(Object.values<TestDatabase>(databases).map((database) => database.drop()))
      await workspace.dispose()
    },
  }
}

function pipelineManifest<Name extends string>(
  { databases: chosen, publicSchemas, consumers }: PipelineChoices<Name>,
  databases: Readonly<Record<Name, TestDatabase>>,
): unknown {
  const connectionOf = (name: string): PostgresConnection => ({
    ...databases[name as Name].connection,
    ...chosen[name as Name].through,
  })
  const sources = new Set(Object.values(publicSchemas).map(({ from }) => from))
  return {
    slug,
    manifestVersion: 1,
    connections: Object.keys(databases).map((name) => entryOf(name, connectionOf(name))),
    dataStores: Object.entries<TestDatabase>(databases).map(([name, { connection }]) => ({
      connectionSlug: name,
      ...(sources.has(name as Name) && {
        config: {
          connectionType: 'postgres',
          slotName: `slot_${connection.database}`,
          publicationName: `slot_${connection.database}`,
        },
      }),
    })),
    publicSchemas: Object.entries(publicSchemas).map(([name, { from, key, columns, required = key, tables }]) => ({
      name,
      version: { major: 1, minor: 0 },
      source: { dataStoreSlug: from },
      outputSchema: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(columns).map(([column, type]) => [column, { 'x-postgres-type': type }]),
        ),
        required,
        'x-rejot': { key },
      },
      config: {
        publicSchemaType: 'postgres',
        transformations: Object.entries(tables).flatMap(([table, sql]) =>
          ['insert', 'update'].map((operation) => ({ operation, table, sql })),
        ),
      },
    })),
    consumerSchemas: Object.entries(consumers).map(([name, { of, into, sql, deleteSql }]) => ({
      name,
      sourceManifestSlug: slug,
      publicSchema: { name: of, majorVersion: 1 },
      config: { consumerSchemaType: 'postgres', destinationDataStoreSlug: into, sql, deleteSql },
    })),
  }
}

/** `rejot-desktop.json`, which holds what the manifest's format has no place for. */
function settingsOf({ consumers, history }: PipelineChoices<string>): unknown {
  const settings = Object.entries(consumers).map(([name, { everyVersion, onRefusal }]) => [
    name,
    { everyVersion, onRefusal },
  ])
  return { consumers: Object.fromEntries(settings), history }
}

function entryOf(name: string, { host, port, user, password, database }: PostgresConnection): unknown {
  return {
    slug: name,
    config: { connectionType: 'postgres', host, port, user, password: password ?? '', database },
  }
}
