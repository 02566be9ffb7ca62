import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { text as readAll } from 'node:stream/consumers'
import { test } from 'node:test'
import type { PostgresConnection } from '../domain/connection.ts'
import { accountDestinationTable, accountManifest, accountTables } from '../testing/account-manifest.ts'
import { startPostgresServer } from '../testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { waitFor } from '../testing/wait-for.ts'
import { withServers } from '../testing/with-servers.ts'
import { folderWith, runCli, startCli } from './run-cli.fixture.ts'

const server = withServers(['source', 'destination'])

interface Problem {
  readonly what: string
  readonly connection?: Partial<PostgresConnection>
  /** In the source, beside the tables. */
  readonly sql?: string
  readonly manifest?: (text: string) => string
  readonly says: RegExp
}

const secret = 'not-to-be-seen'

const problems: readonly Problem[] = [
  {
    what: 'a wrong password',
    connection: { password: secret },
    says: /Cannot sign in to accounts-db: the server refused the password/,
  },
  {
    what: 'a database that does not exist',
    connection: { database: 'nowhere' },
    says: /Cannot open accounts-db: database "nowhere" does not exist/,
  },
  {
    what: 'a table that does not exist',
    sql: 'drop table account_emails',
    says: /Cannot publish publish-account 1\.0: there is no table "account_emails"|Cannot use .*account_emails/,
  },
  {
    what: 'SQL that names a column that is not there',
    manifest: (text) => text.replaceAll('a.first_name', 'a.nick_name'),
    says: /Cannot run the SQL of publish-account 1\.0: column a\.nick_name does not exist/,
  },
  {
    what: 'SQL that is none',
    manifest: (text) => text.replaceAll('group by a.id', 'group for a.id'),
    says: /m\.json:\d+:\d+.*syntax error/,
  },
  {
    what: 'a manifest that is not JSON',
    manifest: (text) => text.slice(0, -10),
    says: /m\.json:\d+:\d+/,
  },
]

async function nothingIsLeft(source: TestDatabase, destination: TestDatabase): Promise<void> {
  assert.deepEqual(
    await source.query('select slot_name from pg_replication_slots where database = current_database()'),
    [],
  )
  assert.deepEqual(await source.query('select pubname from pg_publication'), [])
  assert.deepEqual(await destination.query(`select nspname from pg_namespace where nspname = 'rejot'`), [])
}

for (const { what, connection, sql, manifest = (text: string) => text, says } of problems) {
  test(`${what}: exit code 1, one clear sentence, no password, nothing left behind`, async () => {
    const source = await createDatabase(server('source'), { slug: 'accounts', sql: `${accountTables}; ${sql ?? ''}` })
    const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
    try {
      const text = JSON.stringify(accountManifest({ ...source.connection, ...connection }, destination.connection))
      const folder = await folderWith({ 'm.json': manifest(text) })
      const { code, out, err } = await runCli(folder, ['sync', 'm.json'])
      assert.equal(code, 1)
      assert.match(err, says)
      for (const password of [secret, destination.connection.password ?? secret]) {
        assert.ok(!`${out}${err}`.includes(password))
      }
      await nothingIsLeft(source, destination)
    } finally {
      await source.drop()
      await destination.drop()
    }
  })
}

test('a role that may not replicate: exit code 1, the way out, nothing left behind', async () => {
  const role = `plain_${randomBytes(5).toString('hex')}`
  const source = await createDatabase(server('source'), {
    slug: 'accounts',
    sql: `${accountTables}; create role ${role} login password '${secret}'`,
  })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
  try {
    const connection = { ...source.connection, user: role, password: secret }
    const folder = await folderWith({ 'm.json': accountManifest(connection, destination.connection) })
    const { code, out, err } = await runCli(folder, ['sync', 'm.json'])
    assert.equal(code, 1)
    assert.match(err, /Cannot follow accounts-db: the role may not replicate\. Run alter role/)
    assert.ok(!`${out}${err}`.includes(secret))
    await nothingIsLeft(source, destination)
    await source.query(`drop role ${role}`)
  } finally {
    await source.drop()
    await destination.drop()
  }
})

test('a server that writes too little into its WAL: exit code 1, the way out, nothing left behind', async () => {
  const plain = await startPostgresServer({ settings: { wal_level: 'replica', fsync: 'off' } })
  const source = await createDatabase(plain, { slug: 'accounts', sql: accountTables })
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
  try {
    const folder = await folderWith({ 'm.json': accountManifest(source.connection, destination.connection) })
    const { code, err } = await runCli(folder, ['sync', 'm.json'])
    assert.equal(code, 1)
    assert.match(err, /Cannot follow accounts-db: its wal_level is replica\. Run alter system set wal_level = logical/)
    await nothingIsLeft(source, destination)
  } finally {
    await source.drop()
    await destination.drop()
    await plain.stop('immediate')
  }
})

test('a host that does not exist is said and tried again, since networks come back; nothing is made meanwhile', async () => {
  const destination = await createDatabase(server('destination'), { slug: 'billing', sql: accountDestinationTable })
  try {
    const connection = { ...destination.connection, host: 'nowhere.invalid', password: secret }
    const folder = await folderWith({ 'm.json': accountManifest(connection, destination.connection) })
    const child = startCli(folder, ['sync', 'm.json', '--json'])
    const closed = once(child, 'close')
    assert.ok(child.stdout !== null && child.stderr !== null)
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk
    })
    const err = readAll(child.stderr)
    const says = /"kind":"unreachable".*Cannot reach accounts-db: .*nowhere\.invalid/
    await waitFor(() => says.test(out), { what: 'that it cannot be reached', timeoutMs: 20_000 }).finally(() =>
      child.kill('SIGTERM'),
    )
    assert.deepEqual(await closed, [0, null])
    assert.ok(!`${out}${await err}`.includes(secret))
    assert.deepEqual(await destination.query(`select nspname from pg_namespace where nspname = 'rejot'`), [])
  } finally {
    await destination.drop()
  }
})
