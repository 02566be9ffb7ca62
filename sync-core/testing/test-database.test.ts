import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from './test-database.ts'
import { waitFor } from './wait-for.ts'
import { withServers } from './with-servers.ts'

const servers = withServers(['one'])

test('each database is a new one with what its SQL made', async () => {
  const [a, b] = await Promise.all([
    createDatabase(servers('one'), { slug: 'crm-db', sql: 'create table t (id int); insert into t values (1)' }),
    createDatabase(servers('one'), { slug: 'crm-db' }),
  ])
  assert.notEqual(a.name, b.name)
  assert.equal(a.connection.slug, 'crm-db')
  assert.deepEqual(await a.query('select id from t where id = $1', [1]), [{ id: 1 }])
  await assert.rejects(b.query('select id from t'), { code: '42P01' })
  await Promise.all([a.drop(), b.drop()])
})

test('drop ends sessions and slots', async () => {
  const database = await createDatabase(servers('one'))
  const session = await database.session()
  await session.query(`select pg_create_logical_replication_slot('${database.name}', 'pgoutput')`)
  await database.drop()
  await waitFor(() => !session.isOpen, { what: 'the session cut' })
  const other = await createDatabase(servers('one'))
  const left = await other.query('select 1 from pg_database where datname = $1', [database.name])
  assert.deepEqual(left, [])
  await other.drop()
})

test('a database answers again after its server was killed', async () => {
  const database = await createDatabase(servers('one'), { sql: 'create table t as select 7 as id' })
  servers('one').kill('SIGKILL')
  await servers('one').exited
  await servers('one').start()
  const rows = await waitFor(() => database.query('select id from t'), { what: 'the row' })
  assert.deepEqual(rows, [{ id: 7 }])
  await database.drop()
})
