import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountDestinationTable, accountManifest, accountTables } from '../testing/account-manifest.ts'
import { createDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

const server = withServers(['source'])

test('a connection of a manifest is checked for what the manifest does with it', async () => {
  const source = await createDatabase(server('source'), { sql: accountTables })
  const destination = await createDatabase(server('source'), { sql: accountDestinationTable })
  try {
    const folder = await folderWith({
      'rejot-manifest.json': accountManifest(source.connection, destination.connection),
    })
    const followed = await runCli(folder, ['check', 'accounts-db'])
    assert.equal(followed.err, '')
    assert.equal(followed.code, 0)
    assert.match(followed.out, /^accounts-db: 127\.0\.0\.1:\d+, database test_\w+, user postgres, as a source\n\n✔ DNS/)
    assert.match(followed.out, /✔ SELECT rights {11}2 of 2 tables in public {2}\(\d+ ms\)\n/)
    assert.match(followed.out, /✔ Publication {13}slot_test_\w+ is made when following begins/)
    assert.match(followed.out, /\n1 warning, 14 passed, 1 not asked\n$/)

    await destination.query('drop table account_destination')
    const written = await runCli(folder, ['check', 'billing-db', 'rejot-manifest.json', '--json'])
    assert.equal(written.code, 1)
    const steps = written.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      steps.filter(({ state }) => state === 'failed').map(({ id, sentence }) => `${id}: ${sentence}`),
      ['write: There is no table account_destination'],
    )

    const nowhere = await runCli(folder, ['check', 'orders-db'])
    assert.deepEqual(nowhere, {
      code: 1,
      out: '',
      err: 'Cannot check "orders-db": the manifests have no such connection; they have accounts-db, billing-db\n',
    })
  } finally {
    await source.drop()
    await destination.drop()
  }
})

test('a URL and a text like that of psql are checked too, and no password is printed', async () => {
  const database = await createDatabase(server('source'), { sql: 'create table log (line text)' })
  const { host, port, user, password } = server('source')
  try {
    const folder = await folderWith({})
    const url = `postgres://${user}:${password}@${host}:${port}/${database.name}`
    const checked = await runCli(folder, ['check', url, '--as', 'source', '--tables', 'public.log'])
    assert.equal(checked.code, 1)
    assert.match(checked.out, /✖ Replica identity {8}1 of 1 tables cannot be followed: public\.log/)
    assert.match(checked.out, /\n {26} {2}alter table "public"\."log" replica identity full;\n/)
    const text = `host=${host} port=${port} user=${user} dbname=${database.name} password=wrong`
    const refused = await runCli(folder, ['check', text, '--as', 'destination'])
    assert.equal(refused.code, 1)
    assert.match(refused.out, /✖ Authentication .*the server refused the password/)
    assert.doesNotMatch(checked.out + checked.err + refused.out + refused.err, new RegExp(`${password}|wrong`))
    assert.equal((await runCli(folder, ['check', text, '--as', 'pump'])).code, 2)
  } finally {
    await database.drop()
  }
})
