import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { at, goodManifest } from '../manifest/good-manifest.fixture.ts'
import { accountDestinationTable, accountManifest, accountTables } from '../testing/account-manifest.ts'
import { createWorkspace, startEngine } from '../testing/engine.ts'
import { createDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

test('what a start would change is told before, and nothing is left to tell after it', async () => {
  const rows = `insert into account select n, 'first ' || n, 'last' from generate_series(1, 100) n`
  const source = await createDatabase(server('source'), { slug: 'accounts', sql: `${accountTables};${rows}` })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
  const workspace = await createWorkspace(accountManifest(source.connection, destination.connection))
  after(() => Promise.all([source.drop(), destination.drop(), workspace.dispose()]))
  const folder = dirname(workspace.manifestPath)
  const slot = `slot_${source.connection.database}`
  const diff = (...args: readonly string[]) =>
    runCli(folder, ['diff', 'rejot-manifest.json', '--state', workspace.stateDir, ...args])
  const change = async (edit: (manifest: object) => void) => {
    const manifest = JSON.parse(await readFile(workspace.manifestPath, 'utf8'))
    edit(manifest)
    await writeFile(workspace.manifestPath, JSON.stringify(manifest))
  }

  const first = await diff()
  assert.deepEqual([first.code, first.err], [0, ''])
  assert.deepEqual(first.out.split('\n'), [
    `+ source @test/accounts/accounts-db: creates publication ${slot}`,
    `+ source @test/accounts/accounts-db: creates slot ${slot}`,
    '+ public schema @test/accounts/publish-account@1: copies about 100 rows',
    '+ consumer @test/accounts/consume-account: writes @test/accounts/publish-account@1 into billing-db, existing rows first',
    '',
  ])
  assert.deepEqual(await source.query('select 1 from pg_publication'), [])
  const offline = await diff('--offline', '--json')
  assert.deepEqual(
    JSON.parse(offline.out).steps.map(({ action, kind }: { action: string; kind: string }) => [action, kind]),
    [
      ['add', 'source'],
      ['add', 'public schema'],
      ['add', 'consumer'],
    ],
  )

  const engine = await startEngine(workspace)
  await engine.caughtUp()
  const beside = await diff()
  assert.deepEqual([beside.code, beside.out], [0, 'Starting this would change nothing\n'])
  await engine.stop()

  const written = await readFile(workspace.manifestPath, 'utf8')
  await change((manifest) => {
    Object.assign(at(manifest, 'consumerSchemas', 0), { name: 'other' })
    for (const place of [0, 1, 2, 3]) {
      const transformation = at(manifest, 'publicSchemas', 0, 'config', 'transformations', place)
      Object.assign(transformation, { sql: String(transformation.sql).replace('and a.active', '') })
    }
  })
  const changed = await diff()
  assert.equal(changed.code, 0)
  assert.deepEqual(
    changed.out.split('\n').map((line) => line.replace(/: .*/, '')),
    [
      '~ public schema @test/accounts/publish-account@1',
      '+ consumer @test/accounts/other',
      '- consumer @test/accounts/consume-account',
      '',
    ],
  )
  assert.match(changed.out, /has other SQL, types or tables than before: copies about \d+ rows again/)

  await writeFile(workspace.manifestPath, written)
  await change((manifest) => {
    Object.assign(at(manifest, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { deprecated: true })
    Object.assign(at(manifest, 'consumerSchemas', 0), { name: 'late' })
  })
  const late = await diff()
  assert.equal(late.code, 1)
  assert.match(
    late.out,
    /^! consumer @test\/accounts\/late: cannot begin: .* is deprecated and takes no new consumers$/m,
  )

  await writeFile(workspace.manifestPath, written)
  await change((manifest) => {
    Object.assign(at(manifest, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: ['id', 'firstName'] })
  })
  const rekeyed = await diff()
  assert.equal(rekeyed.code, 1)
  assert.match(rekeyed.out, /^! public schema \S+: cannot be published: its key is id, firstName now, and was id;/m)

  await writeFile(workspace.manifestPath, written.replaceAll('a.first_name', 'a.frist_name'))
  const refused = await diff()
  assert.equal(refused.code, 1)
  assert.match(refused.out, /^! public schema @test\/accounts\/publish-account@1: .*frist_name/m)

  await writeFile(workspace.manifestPath, written)
  await source.query(`select pg_drop_replication_slot('${slot}')`)
  const lost = await diff()
  assert.equal(lost.code, 1)
  assert.match(lost.out, /^! source @test\/accounts\/accounts-db: has lost its slot/m)

  await change((manifest) => Object.assign(at(manifest, 'connections', 0, 'config'), { host: '127.0.0.1', port: 1 }))
  const away = await diff()
  assert.deepEqual([away.code, /^\? source .*: Cannot reach/m.test(away.out)], [0, true], away.out)
})

test('contracts are compared with former ones: what it means, for whom, and which version it asks for', async () => {
  const former = Object.assign(goodManifest(), { workspaces: [] })
  const manifest = structuredClone(former)
  Reflect.deleteProperty(at(manifest, 'publicSchemas', 0, 'outputSchema', 'properties'), 'emails')
  const folder = await folderWith({ 'former.json': former, 'now.json': manifest })
  const diff = (...args: readonly string[]) => runCli(folder, ['diff', 'now.json', '--offline', ...args])
  const broken = await diff('--base', 'former.json')
  assert.equal(broken.code, 1)
  assert.deepEqual(broken.out.split('\n').slice(0, 3), [
    '~ contract @harbor/accounts/publish-account@1: 1.0, read by @harbor/accounts/consume-account',
    '    it no longer has column "emails" (major)',
    '! contract @harbor/accounts/publish-account@1: this breaks those who read it: publish it as 2.0, beside 1',
  ])
  await writeFile(join(folder, 'now.json'), JSON.stringify(former))
  const same = await diff('--base', 'former.json', '--json')
  assert.deepEqual([same.code, JSON.parse(same.out).contracts], [0, []])
})
