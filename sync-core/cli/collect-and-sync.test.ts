import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { accountDestinationTable, accountManifest, accountTables } from '../testing/account-manifest.ts'
import { expectSameRows } from '../testing/compare-tables.ts'
import { createWorkspace } from '../testing/engine.ts'
import { startEngineProcess } from '../testing/engine-process.ts'
import { createDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { runCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

/** In the words of ReJot's guide, for the tables that tests have. */
const definitions = `import { z } from 'zod'
import {
  createPostgresConsumerSchemaConfig,
  createPostgresPublicSchemaTransformations,
  PostgresPublicSchemaConfigBuilder,
} from '@rejot-dev/adapter-postgres'
import { createConsumerSchema } from '@rejot-dev/contract/consumer-schema'
import { createPublicSchema } from '@rejot-dev/contract/public-schema'

const publishAccount = createPublicSchema('publish-account', {
  source: { dataStoreSlug: 'accounts-db' },
  outputSchema: z.object({ id: z.number(), firstName: z.string(), lastName: z.string() }),
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

const consumeAccount = createConsumerSchema('consume-account', {
  source: { manifestSlug: '@test/accounts', publicSchema: { name: 'publish-account', majorVersion: 1 } },
  config: createPostgresConsumerSchemaConfig(
    'billing-db',
    \`INSERT INTO account_destination (id, full_name)
      VALUES (:id, :firstName || ' ' || :lastName)
      ON CONFLICT (id) DO UPDATE SET full_name = :firstName || ' ' || :lastName;\`,
    { deleteSql: 'DELETE FROM account_destination WHERE id = :id' },
  ),
})

export default { publishAccount, consumeAccount }
`

test('schemas that are written in TypeScript are collected, and replicate', async () => {
  const rows = `insert into account select n, 'first ' || n, 'last' from generate_series(1, 100) n`
  const source = await createDatabase(server('source'), { slug: 'accounts', sql: `${accountTables};${rows}` })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
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
  const folder = dirname(workspace.manifestPath)
  const checked = await runCli(folder, ['collect', 'schemas.ts', '--run-typescript', '--check', '--database'])
  assert.deepEqual([checked.code, checked.out], [0, 'rejot-manifest.json: agrees with its definition files\n'])
  const definition = join(folder, 'schemas.ts')
  await writeFile(definition, definitions.replace('a.first_name', 'a.frist_name'))
  const refused = await runCli(folder, ['collect', 'schemas.ts', '--run-typescript', '--write', '--database'])
  assert.equal(refused.code, 1)
  assert.match(refused.out, /^schemas\.ts:1:1: error: .*frist_name/m)
  await writeFile(definition, definitions)
  const engine = startEngineProcess(workspace)
  const arrived = (what: string) =>
    waitFor(
      () =>
        expectSameRows(
          { database: source, sql: `select id, first_name || ' ' || last_name as full_name from account` },
          { database: destination, sql: 'select id, full_name from account_destination' },
        ),
      { what, until: (count) => count > 0, timeoutMs: 30_000 },
    )
  try {
    await engine.said('ready')
    await arrived('the rows that there are')
    await source.query(`update account set first_name = 'Ada' where id = 7; delete from account where id = 8`)
    await arrived('what changed')
  } finally {
    await engine.signal('SIGTERM')
  }
})
