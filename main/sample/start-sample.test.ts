import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { openSession, type SqlSession } from '../../sync-core/testing/sql-session.ts'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import { resetSample } from './reset-sample.ts'
import { type RunningSample, startSample } from './start-sample.ts'

const templateFolder = fileURLToPath(new URL('../../assets/sample', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'rejot-sample-'))
// The servers' user is another one when root runs the tests.
chmodSync(home, 0o755)
after(() => rmSync(home, { recursive: true, force: true }))

test('the sample starts, writes, stops, starts again with its rows and its ports, and is reset', async () => {
  const folder = join(home, 'walk')
  const steps: string[] = []
  const first = await startSample({ folder, templateFolder, onStep: ({ step }) => steps.push(step) })
  assert.deepEqual(steps, ['Preparing the folder', 'Starting two databases', 'Filling tables', 'Starting the writer'])
  assert.equal(statSync(join(folder, 'secrets.json')).mode & 0o777, 0o600)
  await waitFor(() => first.writer.transactions, { what: 'two transactions', until: (count) => count >= 2 })
  await first.writer.pause()
  await inDatabase(first.servers.accounts, 'accounts', (session) =>
    session.query('create table kept as select 7 as id'),
  )
  const ports = portsIn(first.manifestPath)
  assert.deepEqual(ports, [first.servers.accounts.port, first.servers.billing.port])
  await first.stop()
  await first.stop()

  writeFileSync(first.manifestPath, readFileSync(first.manifestPath, 'utf8').replace('Accounts team', 'My team'))
  const second = await startSample({ folder, templateFolder })
  assert.deepEqual(portsIn(second.manifestPath), ports)
  assert.match(readFileSync(second.manifestPath, 'utf8'), /My team/)
  const kept = await inDatabase(second.servers.accounts, 'accounts', (session) => session.query('select id from kept'))
  assert.deepEqual(kept, [{ id: 7 }])
  await assert.rejects(resetSample(folder), new RegExp(`process ${process.pid} uses it`))
  await second.stop()

  await resetSample(folder)
  assert.equal(existsSync(folder), false)
})

test("the engine's roles may do what the engine does, and the manifest's SQL runs as them", async () => {
  const sample = await startSample({ folder: join(home, 'roles'), templateFolder })
  await sample.writer.pause()
  const source = await asRejot(sample, 'accounts')
  await source.query('create publication rejot_sample for table account, account_emails')
  await source.query(`select pg_create_logical_replication_slot('rejot_sample', 'pgoutput')`)
  await source.query(`select pg_drop_replication_slot('rejot_sample')`)
  const { publicSchemas, consumerSchemas } = JSON.parse(readFileSync(sample.manifestPath, 'utf8'))
  const [account, , accountEmails] = publicSchemas[0].config.transformations
  const [child] = await source.query('select account_id from account_emails where account_id % 11 = 0 limit 1')
  const id = child?.account_id
  const [row] = await source.query(numbered(account.sql, ['id']), [id])
  assert.deepEqual(Object.keys(row ?? {}), ['id', 'emails', 'firstName', 'lastName'])
  assert.deepEqual(await source.query(numbered(accountEmails.sql, ['account_id']), [id]), [row])

  const destination = await asRejot(sample, 'billing')
  await destination.query('create schema rejot; create table rejot.consumer_offset (consumer text primary key)')
  const { sql, deleteSql } = consumerSchemas[0].config
  const values = [id, row?.firstName, row?.lastName, row?.emails]
  const names = ['id', 'firstName', 'lastName', 'emails']
  await destination.query(numbered(sql, names), values)
  await destination.query(numbered(sql, names), values)
  assert.deepEqual(await destination.query('select * from account_destination'), [
    {
      id,
      full_name: `${row?.firstName} ${row?.lastName}`,
      email: Array.isArray(row?.emails) ? row.emails[0] : undefined,
    },
  ])
  await destination.query(numbered(deleteSql, ['id']), [id])
  assert.deepEqual(await destination.query('select * from account_destination'), [])
  await Promise.all([source.close(), destination.close()])
  await sample.stop()
})

test('an account without addresses is published with none', async () => {
  const sample = await startSample({ folder: join(home, 'roles'), templateFolder })
  await sample.writer.pause()
  const { publicSchemas } = JSON.parse(readFileSync(sample.manifestPath, 'utf8'))
  const source = await asRejot(sample, 'accounts')
  const [added] = await source.query(`insert into account (first_name, last_name) values ('No', 'Mail') returning id`)
  const sql = numbered(publicSchemas[0].config.transformations[0].sql, ['id'])
  assert.deepEqual(await source.query(sql, [added?.id]), [
    { id: added?.id, emails: [], firstName: 'No', lastName: 'Mail' },
  ])
  await source.close()
  await sample.stop()
})

test('after a SIGKILL of its program the sample starts again in the same folder, and can be reset', async () => {
  const folder = join(home, 'killed')
  const program = `
    import { startSample } from ${JSON.stringify(new URL('./start-sample.ts', import.meta.url).href)}
    const sample = await startSample(${JSON.stringify({ folder, templateFolder })})
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  await once(createInterface({ input: child.stdout }), 'line')
  await assert.rejects(startSample({ folder, templateFolder }), new RegExp(`process ${child.pid} uses it`))
  child.kill('SIGKILL')
  await exited
  const sample = await startSample({ folder, templateFolder })
  await waitFor(() => sample.writer.transactions, { what: 'a transaction' })
  await sample.stop()
  await resetSample(folder)
  assert.equal(existsSync(folder), false)
})

test('a folder that is no sample is neither used nor deleted', async () => {
  const folder = join(home, 'photos')
  mkdirSync(folder)
  writeFileSync(join(folder, 'holiday.txt'), 'sun')
  const refusal = { message: `Cannot use ${folder} for the sample: it holds something else` }
  await assert.rejects(startSample({ folder, templateFolder }), refusal)
  await assert.rejects(resetSample(folder), refusal)
  assert.equal(readFileSync(join(folder, 'holiday.txt'), 'utf8'), 'sun')
})

function portsIn(manifestPath: string): readonly number[] {
  const { connections } = JSON.parse(readFileSync(manifestPath, 'utf8'))
  return connections.map((connection: { config: { port: number } }) => connection.config.port)
}

/** The manifest's SQL with `$1`, `$2`, … for these names: enough for SQL that we wrote ourselves. */
function numbered(sql: string, names: readonly string[]): string {
  return names.reduce(
    (text, name, index) => text.replaceAll(new RegExp(`(?<!:):${name}\\b`, 'g'), `$${index + 1}`),
    sql,
  )
}

function asRejot(sample: RunningSample, database: 'accounts' | 'billing'): Promise<SqlSession> {
  const name = database === 'accounts' ? 'REJOT_ACCOUNTS_DB_PASSWORD' : 'REJOT_BILLING_DB_PASSWORD'
  const connection = sample.servers[database].connectionFor(database)
  return openSession({ ...connection, user: 'rejot', password: sample.env[name] })
}

async function inDatabase<Result>(
  server: PostgresServer,
  database: string,
  act: (session: SqlSession) => Promise<Result>,
): Promise<Result> {
  const session = await openSession(server.connectionFor(database))
  try {
    return await act(session)
  } finally {
    await session.close()
  }
}
