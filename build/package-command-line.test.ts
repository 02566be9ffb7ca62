import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import {
  accountArrived,
  accountDestinationTable,
  accountManifest,
  accountTables,
  accountTruth,
} from '../sync-core/testing/account-manifest.ts'
import { expectSameRows } from '../sync-core/testing/compare-tables.ts'
import { createDatabase } from '../sync-core/testing/test-database.ts'
import { withServers } from '../sync-core/testing/with-servers.ts'
import { node24 } from './node.mjs'
import { packageCommandLine } from './package-command-line.ts'
import { runNpm } from './run.mjs'

const server = withServers(['one'])
const folder = mkdtempSync(join(tmpdir(), 'rejot-command-line-'))

/** As a server has it: an empty folder, the tarball, and npm. */
before(async () => {
  const tarball = await packageCommandLine(join(folder, 'packed'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const options = ['--prefer-offline', '--no-audit', '--no-fund']
  const installed = await runNpm(['install', ...options, tarball], { cwd: folder, quiet: true })
  assert.equal(installed.code, 0, installed.stderr)
})
after(() => rmSync(folder, { recursive: true, force: true }))

function rejot(...args: readonly string[]) {
  const env = {
    ...process.env,
    PATH: `${dirname(node24())}${delimiter}${process.env.PATH}`,
    INIT_CWD: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    LOCALAPPDATA: folder,
  }
  const command = join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'rejot.cmd' : 'rejot')
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  return spawn(command, args, { cwd: folder, env, stdio, shell: process.platform === 'win32' })
}

async function answer(...args: readonly string[]) {
  const child = rejot(...args)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { out, err }
}

test('it installs without Electron and without TypeScript, and says what it can do', async () => {
  const packages = readdirSync(join(folder, 'node_modules'))
  assert.ok(packages.includes('better-sqlite3'))
  assert.deepEqual(
    packages.filter((name) => /electron|react|typescript|embedded/.test(name)),
    [],
  )
  const own = readdirSync(join(folder, 'node_modules', 'rejot'), { recursive: true, encoding: 'utf8' })
  assert.deepEqual(
    own.filter((name) => /\.ts$|\.test\.|fixture|testing/.test(name)),
    [],
  )
  const { out, err } = await answer('help')
  assert.equal(err, '')
  assert.match(out, /sync/)
  assert.match((await answer('drill')).err, /^Cannot drill here/)
})

test('it carries rows from one database to another', async () => {
  const source = await createDatabase(server('one'), {
    slug: 'accounts-db',
    sql: `${accountTables}; insert into account select n, 'first', 'last ' || n from generate_series(1, 100) n`,
  })
  const destination = await createDatabase(server('one'), { slug: 'billing-db', sql: accountDestinationTable })
  const manifest = accountManifest(source.connection, destination.connection)
  writeFileSync(join(folder, 'rejot-manifest.json'), JSON.stringify(manifest))
  const child = rejot('sync', 'rejot-manifest.json', '--json')
  const closed = once(child, 'close')
  const errors = text(child.stderr)
  for await (const line of createInterface(child.stdout)) {
    if (JSON.parse(line).event === 'ready') child.kill('SIGTERM')
  }
  assert.deepEqual(await closed, [0, null], await errors)
  const same = expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
  assert.equal(await same, 100)
  await Promise.all([source.drop(), destination.drop()])
})

test('it takes a definition that is a program', async () => {
  writeFileSync(
    join(folder, 'schemas.ts'),
    `import { z } from 'zod'
import { createPostgresPublicSchemaTransformations, PostgresPublicSchemaConfigBuilder } from '@rejot-dev/adapter-postgres'
import { createPublicSchema } from '@rejot-dev/contract/public-schema'
export default createPublicSchema('publish-customer', {
  source: { dataStoreSlug: 'shop' },
  outputSchema: z.object({ id: z.number() }),
  config: new PostgresPublicSchemaConfigBuilder()
    .addTransformation(
      createPostgresPublicSchemaTransformations('insertOrUpdate', 'customer', 'select id from customer where id = :id'),
    )
    .build(),
  version: { major: 1, minor: 0 },
})
`,
  )
  const shop = { host: 'localhost', port: 5432, user: 'shop', database: 'shop' }
  const path = join(folder, 'shop.json')
  writeFileSync(
    path,
    JSON.stringify({
      slug: '@test/shop',
      manifestVersion: 1,
      connections: [{ slug: 'shop', config: { connectionType: 'postgres', ...shop } }],
      dataStores: [
        { connectionSlug: 'shop', config: { connectionType: 'postgres', slotName: 's', publicationName: 'p' } },
      ],
      publicSchemas: [],
      consumerSchemas: [],
    }),
  )
  const { err } = await answer('collect', 'shop.json', 'schemas.ts', '--run-typescript', '--write')
  assert.equal(err, '')
  assert.match(readFileSync(path, 'utf8'), /publish-customer/)
})
