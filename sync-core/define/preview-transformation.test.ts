import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RowChoice } from '../domain/preview.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { planTransformation } from './plan-transformation.ts'
import { previewTransformation } from './preview-transformation.ts'

const servers = withServers(['source'])
let made: Promise<TestDatabase> | undefined

const shopSql = `
create table account (id bigint primary key, name text, plan text, tags text[]);
create table visit (account_id bigint not null, at int not null, primary key (account_id, at));
create table log (id int primary key, account_id bigint);
create function naps(id bigint) returns bigint stable language plpgsql as 'begin perform pg_sleep(600); return id; end';
insert into account select n, 'name ' || n, 'free', array['a', 'b'] from generate_series(1, 20000) n;
insert into visit select 7, n from generate_series(1, 3) n;
insert into log select n, n from generate_series(1, 20000) n;
analyze`

function shop(): Promise<TestDatabase> {
  made ??= createDatabase(servers('source'), { sql: shopSql })
  return made
}

const sql = `select a.id, a.name, a.tags, (select count(*) from visit v where v.account_id = a.id) as visits
  from account a where a.id = :id`

async function preview(rows: RowChoice, text = sql) {
  return previewTransformation((await shop()).connection, { transformation: { table: 'account', sql: text }, rows })
}

test('rows by key, as the server prints them, with the row that each is of', async () => {
  const found = await preview({ by: 'key', keys: [{ id: '7' }, { id: '99999' }, { id: '8' }] })
  assert.deepEqual(
    found.columns.map(({ name, type }) => `${name} ${type}`),
    ['id bigint', 'name text', 'tags text[]', 'visits bigint'],
  )
  assert.deepEqual(found.rows, [
    { source: 0, values: ['7', 'name 7', '{a,b}', '3'] },
    { source: 2, values: ['8', 'name 8', '{a,b}', '0'] },
  ])
  assert.deepEqual(
    [found.identity, found.sources, found.diagnostics, found.truncated],
    [['id'], [{ id: '7' }, { id: '99999' }, { id: '8' }], [], false],
  )
})

test('the first rows, and some at random', async () => {
  const first = await preview({ by: 'first', count: 3 })
  assert.deepEqual(
    first.rows.map(({ values }) => values[0]),
    ['1', '2', '3'],
  )
  const some = await preview({ by: 'random', count: 5 })
  assert.deepEqual([some.rows.length, new Set(some.rows.map(({ values }) => values[0])).size], [5, 5])
  await (await shop()).query('create table fresh (id int primary key); insert into fresh values (1), (2)')
  const { connection } = await shop()
  const transformation = { table: 'fresh', sql: 'select id from fresh where id = :id' }
  const fresh = await previewTransformation(connection, { transformation, rows: { by: 'random', count: 5 } })
  assert.equal(fresh.rows.length, 2)
})

test('many rows of one are cut, and said to be', async () => {
  const text = 'select n, a.id from account a, generate_series(1, 1000) n where a.id = :id'
  const { rows, truncated } = await preview({ by: 'key', keys: [{ id: '1' }] }, text)
  assert.deepEqual([rows.length, truncated], [500, true])
})

test('an edited row, and a row that is not there yet, as if they were', async () => {
  const image = { id: '7', name: "Ada's", plan: null, tags: '{"x, y",NULL}' }
  const edited = await preview({ by: 'image', image, key: { id: '7' } })
  assert.deepEqual(edited.rows, [{ source: 0, values: ['7', "Ada's", '{"x, y",NULL}', '3'] }])
  const moved = await preview({ by: 'image', image: { ...image, id: '70000' }, key: { id: '7' } })
  assert.deepEqual(moved.rows, [{ source: 0, values: ['70000', "Ada's", '{"x, y",NULL}', '0'] }])
  const fresh = await preview(
    { by: 'image', image: { ...image, id: '80000' } },
    sql.replace('account a', 'public.account a'),
  )
  assert.deepEqual(
    fresh.rows.map(({ values }) => values[1]),
    ["Ada's"],
  )
  const noAlias = await preview(
    { by: 'image', image, key: { id: '7' } },
    'select account.name from "account" where account.id = $1',
  )
  assert.deepEqual(
    noAlias.rows.map(({ values }) => values[0]),
    ["Ada's"],
  )
  const asText = await preview(
    { by: 'image', image, key: { id: '7' } },
    'with account as (select 1 as id) select id from account',
  )
  assert.match(asText.diagnostics[0]?.message ?? '', /An edited row cannot be tried/)
  assert.deepEqual(await (await shop()).query('select name from account where id in (7, 80000)'), [{ name: 'name 7' }])
})

test('what SQL stumbles over is told at its place, and nothing that writes or waits is run', async () => {
  for (const [text, message] of [
    ['select id, 1 / (id - id) as x from account where id = :id', 'A division by zero'],
    ['select id, pg_sleep(600) from account where id = :id', /^pg_sleep\(\) answers/],
    ['select id, nope from account where id = :id', 'Column "nope" does not exist'],
    ['delete from account', /one SELECT/],
  ] as const) {
    const { diagnostics, rows } = await preview({ by: 'key', keys: [{ id: '1' }] }, text)
    assert.match(diagnostics[0]?.message ?? '', typeof message === 'string' ? new RegExp(message) : message)
    assert.deepEqual(rows, [])
  }
  const { diagnostics } = await preview({ by: 'key', keys: [{ id: 'seven' }] })
  assert.equal(diagnostics[0]?.message, 'A text cannot be read as the type of its column')
})

test('a preview that takes too long ends by itself, and one that is not wanted any more at once', {
  timeout: 60_000,
}, async () => {
  const { connection, query } = await shop()
  const transformation = { table: 'account', sql: 'select naps(id) as id from account where id = :id' }
  const request = { transformation, rows: { by: 'key', keys: [{ id: '1' }] } } as const
  const late = await previewTransformation(connection, request, { timeoutMs: 300 })
  assert.equal(late.diagnostics[0]?.sqlstate, '57014')
  assert.equal(late.diagnostics[0]?.message, 'It was ended after 0.3 s, the most that a question may take')
  assert.match(late.diagnostics[0]?.hint ?? '', /^Let it read fewer rows, .* ask again\.$/)
  const abort = new AbortController()
  const asked = previewTransformation(connection, request, { timeoutMs: 600_000, signal: abort.signal })
  const running =
    "select 1 from pg_stat_activity where application_name = 'ReJot preview' and query like '%naps%' and state = 'active'"
  while ((await query(running)).length === 0);
  abort.abort(new Error('no longer wanted'))
  await assert.rejects(asked, /no longer wanted/)
  assert.deepEqual(await query(running), [])
})

test('a plan names the large table that is read as a whole, and the index that it lacks', async () => {
  const { connection } = await shop()
  const text =
    'select a.id, (select count(*) from log l where l.account_id = a.id) as logs from account a where a.id = :id'
  const plan = await planTransformation(connection, { table: 'account', sql: text })
  const [warning, more] = plan.diagnostics
  assert.equal(more, undefined)
  assert.match(warning?.message ?? '', /^All of public\.log is read for each change: about 20,000 rows$/)
  assert.deepEqual(
    [text.slice(warning?.from, warning?.to), warning?.cure],
    ['log', 'create index concurrently on public.log (account_id)'],
  )
  assert.ok(plan.keys === 10 && (plan.root?.cost ?? 0) > 0 && (plan.root?.inputs.length ?? 0) > 0)
  const good = await planTransformation(connection, { table: 'account', sql })
  assert.deepEqual(good.diagnostics, [])
  const bad = await planTransformation(connection, { table: 'account', sql: 'select nope from account' })
  assert.deepEqual([bad.root, bad.diagnostics[0]?.from], [undefined, 7])
})
