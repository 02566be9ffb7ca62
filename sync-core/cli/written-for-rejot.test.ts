import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import type { PostgresConnection } from '../domain/connection.ts'
import { readPipeline } from '../read-pipeline.ts'
import { accountManifest, accountTables } from '../testing/account-manifest.ts'
import { expectSameRows } from '../testing/compare-tables.ts'
import { createWorkspace } from '../testing/engine.ts'
import { startEngineProcess } from '../testing/engine-process.ts'
import { publishedFault } from '../testing/published-format.ts'
import { createDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { runCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

/** In the words of ReJot's guide, for the tables that tests have; what rows are like is said in each of the three ways. */
const definitions = `import { z } from 'zod'
import * as z3 from 'zod/v3'
import {
  createPostgresConsumerSchemaConfig,
  createPostgresPublicSchemaTransformations,
  PostgresPublicSchemaConfigBuilder,
} from '@rejot-dev/adapter-postgres'
import { createConsumerSchema } from '@rejot-dev/contract/consumer-schema'
import { createPublicSchema } from '@rejot-dev/contract/public-schema'

const publish = (name, outputSchema) =>
  createPublicSchema(name, {
    source: { dataStoreSlug: 'accounts-db' },
    outputSchema,
    config: new PostgresPublicSchemaConfigBuilder()
      .addTransformation(
        createPostgresPublicSchemaTransformations(
          'insertOrUpdate',
          'account',
          \`SELECT a.id, a.first_name AS "firstName", a.last_name AS "lastName" FROM account a WHERE a.id = :id\`,
        ),
      )
      .build(),
    version: { major: 1, minor: 0 },
  })

const consume = (name, table) =>
  createConsumerSchema('consume-' + name, {
    source: { manifestSlug: '@test/accounts', publicSchema: { name, majorVersion: 1 } },
    config: createPostgresConsumerSchemaConfig(
      'billing-db',
      \`INSERT INTO \${table} (id, full_name)
        VALUES (:id, :firstName || ' ' || :lastName)
        ON CONFLICT (id) DO UPDATE SET full_name = :firstName || ' ' || :lastName;\`,
      { deleteSql: 'DELETE FROM ' + table + ' WHERE id = :id' },
    ),
  })

const text = { type: 'string' }
export default {
  zod4: publish('account-4', z.object({ id: z.number(), firstName: z.string(), lastName: z.string() })),
  zod3: publish('account-3', z3.object({ id: z3.number(), firstName: z3.string(), lastName: z3.string() })),
  json: publish('account-json', {
    type: 'object',
    properties: { id: { type: 'integer' }, firstName: text, lastName: text },
    required: ['id', 'firstName', 'lastName'],
  }),
  consumeZod4: consume('account-4', 'by_zod_4'),
  consumeZod3: consume('account-3', 'by_zod_3'),
  consumeJson: consume('account-json', 'by_json'),
}
`
const destinations = ['by_zod_4', 'by_zod_3', 'by_json'] as const
const destinationTables = destinations
  .map((table) => `create table ${table} (id int primary key, full_name text not null)`)
  .join(';')

/** As somebody writes it who follows the format of `@rejot-dev/contract` 0.2.1 and its habits, in a layout of one's own. */
const byHand = (source: PostgresConnection, destination: PostgresConnection) =>
  `{
\t"$schema" : "https://rejot.dev/schema.json",
\t"manifestVersion": 1, "slug": "@test/by-hand",
\t"consumerSchemas": [ { "name": "consume-name",
\t\t"sourceManifestSlug": "@test/by-hand", "publicSchema": { "majorVersion": 1, "name": "name" },
\t\t"config": { "destinationDataStoreSlug": "their-db", "consumerSchemaType": "postgres",
\t\t\t"sql": "INSERT INTO name (id, name) VALUES (:id, :name) ON CONFLICT (id) DO UPDATE SET name = :name;" } } ],
\t"publicSchemas": [ { "name": "name", "version": { "minor": 0, "major": 1 },
\t\t"source": { "dataStoreSlug": "our-db" },
\t\t"outputSchema": { "type": "object", "required": [ "id", "name" ], "properties": {
\t\t\t"name": { "type": "string" }, "id": { "type": "number", "minimum": 1.0 } } },
\t\t"config": { "publicSchemaType": "postgres", "transformations": [
\t\t\t{ "table": "account", "operation": "insert", "sql": "SELECT id, first_name AS name FROM account WHERE id = $1" },
\t\t\t{ "table": "account", "operation": "update", "sql": "SELECT id, first_name AS name FROM account WHERE id = $1" },
\t\t\t{ "table": "account", "operation": "delete", "sql": "SELECT $1 AS id" } ] } } ],
\t"dataStores": [
\t\t{ "connectionSlug": "our-db", "config": { "connectionType": "postgres",
\t\t\t"publicationName": "by_hand", "slotName": "by_hand" } },
\t\t{ "connectionSlug": "their-db" } ],
\t"eventStores": [ { "connectionSlug": "their-db" } ],
\t"workspaces": [ ],
\t"connections": [
\t\t${handWritten('our-db', source)},
\t\t${handWritten('their-db', destination)} ]
}
`.replaceAll('\n', '\r\n')

const handWritten = (slug: string, { host, port, user, password = '', database }: PostgresConnection) =>
  `{ "slug": "${slug}", "config": { "user": "${user}", "password": "${password}", "host": "${host}",
\t\t\t"port": ${port}, "database": "${database}", "connectionType": "postgres" } }`

test('schemas that are written in TypeScript are collected, and replicate', async () => {
  const rows = `insert into account select n, 'first ' || n, 'last' from generate_series(1, 100) n`
  const source = await createDatabase(server('source'), { slug: 'accounts', sql: `${accountTables};${rows}` })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: destinationTables })
  const empty = { publicSchemas: undefined, consumerSchemas: undefined }
  const workspace = await createWorkspace({
    ...Object(accountManifest(source.connection, destination.connection)),
    ...empty,
  })
  after(() => Promise.all([workspace.dispose(), source.drop(), destination.drop()]))
  await writeFile(join(dirname(workspace.manifestPath), 'schemas.ts'), definitions)
  const collected = await runCli(dirname(workspace.manifestPath), [
    'collect',
    'schemas.ts',
    '--run-typescript',
    '--write',
  ])
  assert.deepEqual([collected.code, collected.err], [0, ''], collected.out)
  assert.equal(publishedFault(await readFile(workspace.manifestPath, 'utf8')), undefined)
  const folder = dirname(workspace.manifestPath)
  const checked = await runCli(folder, ['collect', 'schemas.ts', '--run-typescript', '--check'])
  assert.deepEqual([checked.code, checked.out], [0, 'rejot-manifest.json: agrees with its definition files\n'])
  const definition = join(folder, 'schemas.ts')
  await writeFile(definition, definitions.replace('a.first_name', 'a.frist_name'))
  const refused = await runCli(folder, ['collect', 'schemas.ts', '--run-typescript', '--write', '--database'])
  assert.equal(refused.code, 1)
  assert.match(refused.out, /^schemas\.ts:1:1: error: .*frist_name/m)
  await writeFile(definition, definitions)
  const engine = startEngineProcess(workspace)
  const truth = { database: source, sql: `select id, first_name || ' ' || last_name as full_name from account` }
  const arrived = (what: string) => Promise.all(destinations.map((table) => arrivedIn(table, what)))
  const arrivedIn = (table: string, what: string) =>
    waitFor(() => expectSameRows(truth, { database: destination, sql: `select id, full_name from ${table}` }), {
      what: `${what} in ${table}`,
      until: (count) => count > 0,
      timeoutMs: 30_000,
    })
  try {
    await engine.said('ready')
    await arrived('the rows that there are')
    await source.query(`update account set first_name = 'Ada' where id = 7; delete from account where id = 8`)
    await arrived('what changed')
  } finally {
    await engine.signal('SIGTERM')
  }
})

test('a manifest that was written by hand for the published format runs as it is', async () => {
  const rows = `insert into account select n, 'first ' || n, 'last' from generate_series(1, 20) n`
  const source = await createDatabase(server('source'), { slug: 'hand', sql: `${accountTables};${rows}` })
  const tables = 'create table name (id int primary key, name text not null)'
  const destination = await createDatabase(server('destination'), { slug: 'hand', sql: tables })
  const folder = await mkdtemp(join(tmpdir(), 'rejot-by-hand-'))
  after(() => Promise.all([rm(folder, { recursive: true, force: true }), source.drop(), destination.drop()]))
  const manifestPath = join(folder, 'rejot-manifest.json')
  const text = byHand(source.connection, destination.connection)
  await writeFile(manifestPath, text)
  const { $schema: _, ...published } = JSON.parse(text)
  assert.equal(publishedFault(JSON.stringify(published)), undefined)
  const { problems } = await readPipeline([manifestPath], {})
  assert.deepEqual(
    problems.map(({ severity, message }) => `${severity}: ${message}`),
    ['warning: "eventStores" is not used: events are kept in a file of this program'],
  )
  const engine = startEngineProcess({ manifestPath, stateDir: join(folder, 'state') })
  const arrived = (what: string) =>
    waitFor(
      () =>
        expectSameRows(
          { database: source, sql: 'select id, first_name as name from account' },
          { database: destination, sql: 'select id, name from name' },
        ),
      { what, until: (count) => count > 0, timeoutMs: 30_000 },
    )
  try {
    await engine.said('ready')
    await arrived('the rows that there are')
    await source.query(`update account set first_name = 'Ada' where id = 7; insert into account values (21, 'x', 'y')`)
    await arrived('what changed')
  } finally {
    await engine.signal('SIGTERM')
  }
  assert.equal(await readFile(manifestPath, 'utf8'), text)
})
