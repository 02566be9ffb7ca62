import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyFix, checkConnection, stepsWith } from '../../sync-core/check-connection.ts'
import * as define from '../../sync-core/define.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import { planPipeline } from '../../sync-core/plan-pipeline.ts'
import { readPipeline } from '../../sync-core/read-pipeline.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { withServers } from '../../sync-core/testing/with-servers.ts'
import type { FailureView } from '../contract/contract.ts'
import type { DefineAnswer } from '../contract/define-answers.ts'
import type { DefineName, DefineQuestion } from '../contract/define-questions.ts'
import { createDatabaseHost } from './create-database-host.ts'
import { type DatabaseToMain, databaseAnswers, databaseToMain, mainToDatabase } from './database-messages.ts'

const server = withServers(['shop'])
const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const shopSql = `
create table account (id bigint primary key, name text not null, plan text);
create table copy (id bigint primary key, name text not null);
insert into account values (1, 'Ada', null), (2, 'Bob', 'free');
create function naps(id bigint) returns bigint stable language plpgsql as 'begin perform pg_sleep(600); return id; end'`

const contract = {
  name: 'publish-account',
  key: ['id'],
  columns: [
    { name: 'id', postgresType: 'bigint', nullable: false, description: undefined },
    { name: 'name', postgresType: 'text', nullable: false, description: undefined },
  ],
}

/** The process's own part. Every message is copied as it would be between processes, and parsed on both sides. */
function host({ connection }: TestDatabase, environment?: 'production') {
  const said: DatabaseToMain[] = []
  const post = (message: DatabaseToMain) => said.push(databaseToMain.parse(structuredClone(message)))
  const database = createDatabaseHost({
    define,
    plan: { readPipeline, planPipeline },
    checkConnection,
    stepsWith,
    applyFix,
    post,
    log: silent,
  })
  let id = 0
  const send = async (call: unknown) => {
    const own = ++id
    await database.receive(mainToDatabase.parse(structuredClone({ type: 'call', id: own, call })))
    return said.find((message) => 'id' in message && message.id === own)
  }
  const asked = <N extends DefineName>(name: N, question: DefineQuestion<N>) =>
    send({ ...question, name, connection: { ...connection, environment } })
  return {
    said,
    async ask<N extends DefineName>(name: N, question: DefineQuestion<N>): Promise<DefineAnswer<N>> {
      const answer = await asked(name, question)
      assert.equal(answer?.type, 'answer', JSON.stringify(answer))
      return databaseAnswers[name].parse(answer.type === 'answer' && answer.value) as DefineAnswer<N>
    },
    async refused<N extends DefineName>(name: N, question: DefineQuestion<N>): Promise<FailureView> {
      const answer = await asked(name, question)
      return answer?.type === 'no' ? answer.failure : assert.fail('it was answered')
    },
    cancel: (question: string) => send({ name: 'cancelQuestion', question }),
  }
}

const sql = 'select id, name, plan from account where id = :id'
const transformation = { table: 'account', sql }

test('every question of an editor is answered through the process’s messages', async () => {
  const database = await createDatabase(server('shop'), { sql: shopSql })
  const { ask, said } = host(database)
  const page = await ask('catalogue.search', { search: 'ACC', offset: 0, limit: 50 })
  assert.deepEqual([page.total, page.tables[0]?.columns.length, page.schemas], [1, 3, ['public']])
  const found = await ask('sql.complete', {
    sql: 'select a. from account a',
    offset: 9,
    placeholders: [],
    statement: 'public',
  })
  assert.deepEqual(
    found.items.map(({ insert }) => insert),
    ['id', 'name', 'plan'],
  )
  const description = await ask('publicSchema.describe', {
    question: 'q',
    draft: { name: 'publish-account', transformations: [transformation] },
  })
  assert.deepEqual(
    description.columns.map(({ name, nullable }) => [name, nullable]),
    [
      ['id', false],
      ['name', false],
      ['plan', true],
    ],
  )
  const { rows } = await ask('publicSchema.preview', { question: 'q', transformation, rows: { by: 'first', count: 5 } })
  assert.deepEqual(
    rows.map(({ values }) => values),
    [
      ['1', 'Ada', null],
      ['2', 'Bob', 'free'],
    ],
  )
  const { root, diagnostics } = await ask('publicSchema.plan', { question: 'q', transformation })
  assert.ok(root !== undefined && diagnostics.length === 0)
  const made = await ask('consumer.generate', { contract, table: { schema: undefined, name: 'copy' }, comments: false })
  assert.equal(made.createTable, undefined)
  const draft = { name: 'consume', sql: made.sql, deleteSql: made.deleteSql }
  const looping = await ask('consumer.describe', { question: 'q', draft, contract, published: ['copy'] })
  assert.match(looping.sql[0]?.message ?? '', /would never end/)
  const { mapping } = await ask('consumer.describe', { question: 'q', draft, contract })
  assert.deepEqual([mapping.unused, mapping.columns.length], [[], 2])
  const event = { operation: 'insert', key: '[1]', payload: '{"id":1,"name":"Ada"}' } as const
  const run = await ask('consumer.dryRun', { question: 'q', draft, contract, events: [event], confirmed: false })
  assert.deepEqual([run.rows, run.changedAgain], [[{ before: undefined, after: ['1', 'Ada'] }], []])
  assert.doesNotMatch(JSON.stringify(said), new RegExp(server('shop').password))
  await database.drop()
})

test('texts are checked, compared and changed without a database', async () => {
  const database = await createDatabase(server('shop'), { sql: '' })
  const { ask } = host({ ...database, connection: { ...database.connection, port: 1 } })
  const two = { name: 'publish-account', transformations: [{ table: 'account', sql: 'select 1; select 2' }] }
  const { statements, columns } = await ask('publicSchema.check', { draft: two })
  assert.match(statements[0]?.diagnostics[0]?.message ?? '', /several statements/)
  assert.deepEqual(columns, [])
  const saved = {
    ...contract,
    manifest: '@shop/accounts',
    version: { major: 1, minor: 0 },
    dataStore: 'shop',
    transformations: [transformation],
    description: undefined,
    owner: undefined,
  }
  const reader = { manifest: '@shop/crm', sourceManifest: '@shop/accounts', destination: 'crm', deleteSql: undefined }
  const reads = { publicSchema: { name: 'publish-account', majorVersion: 1 } }
  const comparison = await ask('publicSchema.compare', {
    saved,
    draft: { key: ['id'], columns: contract.columns.slice(0, 1) },
    versions: [saved.version],
    consumers: [
      { ...reader, ...reads, name: 'names', sql: 'insert into t (id, name) values (:id, :name)' },
      { ...reader, ...reads, name: 'ids', sql: 'insert into t (id) values (:id)' },
    ],
  })
  assert.deepEqual([comparison.needs, comparison.version], ['major', { major: 2, minor: 0 }])
  assert.deepEqual(
    comparison.consumers.map(({ consumer, breaks }) => [consumer, breaks.length]),
    [
      ['@shop/crm/names', 1],
      ['@shop/crm/ids', 0],
    ],
  )
  assert.deepEqual(await ask('publicSchema.rename', { sql: 'select a.id from a', from: 'id', to: 'key' }), {
    sql: 'select a.id as key from a',
  })
  await database.drop()
})

test('a catalogue is read again only when it has changed', async () => {
  const database = await createDatabase(server('shop'), { sql: shopSql })
  const { ask } = host(database)
  const names = async () => (await ask('catalogue.search', { offset: 0, limit: 50 })).tables.map(({ name }) => name)
  assert.deepEqual(await names(), ['account', 'copy'])
  await database.query('alter table copy rename to kept')
  assert.deepEqual(await names(), ['account', 'copy'])
  assert.equal((await ask('catalogue.refresh', {})).changed, true)
  assert.deepEqual(await names(), ['account', 'kept'])
  assert.equal((await ask('catalogue.refresh', {})).changed, false)
  await database.drop()
})

test('a question that is asked again, or called off, ends the former at the server', { timeout: 60_000 }, async () => {
  const database = await createDatabase(server('shop'), { sql: shopSql })
  const { refused, ask, cancel } = host(database)
  const slow = { table: 'account', sql: 'select naps(id) as id from account where id = :id' }
  const rows = { by: 'key', keys: [{ id: '1' }] } as const
  const running =
    "select 1 from pg_stat_activity where query like '%naps%' and application_name = 'ReJot preview' and state = 'active'"
  const preview = (of: typeof slow) => ({
    question: 'same',
    transformation: of,
    rows: { ...rows, keys: [...rows.keys] },
  })
  const first = refused('publicSchema.preview', preview(slow))
  while ((await database.query(running)).length === 0);
  const second = await ask('publicSchema.preview', preview(transformation))
  assert.equal(second.rows.length, 1)
  assert.match((await first).message, /called off/)
  const third = refused('publicSchema.preview', preview(slow))
  while ((await database.query(running)).length === 0);
  await cancel('same')
  assert.match((await third).message, /called off/)
  await database.drop()
})

test('production asks before SQL is tried there, and a server that is away is a refusal in words', async () => {
  const database = await createDatabase(server('shop'), { sql: shopSql })
  const draft = { name: 'consume', sql: 'insert into copy (id, name) values (:id, :name)', deleteSql: undefined }
  const question = { question: 'q', draft, contract, events: [] }
  const production = host(database, 'production')
  assert.match((await production.refused('consumer.dryRun', { ...question, confirmed: false })).message, /production/)
  assert.equal((await production.ask('consumer.dryRun', { ...question, confirmed: true })).sql.length, 0)
  const away = host({ ...database, connection: { ...database.connection, port: 1 } })
  assert.match((await away.refused('catalogue.search', { offset: 0, limit: 1 })).message, /Cannot reach/)
  await database.drop()
})
