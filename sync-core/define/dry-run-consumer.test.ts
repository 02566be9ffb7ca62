import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerDraft, Contract, SampleEvent } from '../domain/consumer-draft.ts'
import { generateConsumer } from '../sql/generate-consumer.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { describeConsumer } from './describe-consumer.ts'
import { dryRunConsumer } from './dry-run-consumer.ts'

const servers = withServers(['destination'])
let made: Promise<TestDatabase> | undefined

const crmSql = `
create table customer (id bigint primary key, name varchar(10) not null, hits int not null default 0, serial_no serial);
create table other (id int primary key);
insert into customer (id, name) values (1, 'Ada'), (2, 'Bob'), (3, 'Cyd');
create table naps (id bigint primary key);
create function nap() returns trigger language plpgsql as 'begin perform pg_sleep(600); return new; end';
create trigger nap before insert on naps for each row execute function nap();
create table strict (id bigint primary key, parent bigint references strict (id) deferrable initially deferred);
create function put(i bigint, n text) returns void language sql as 'insert into customer (id, name) values (i, n) on conflict (id) do update set name = n'`

function crm(): Promise<TestDatabase> {
  made ??= createDatabase(servers('destination'), { sql: crmSql })
  return made
}

const contract: Contract = {
  name: 'publish-account',
  key: ['id'],
  columns: [
    { name: 'id', postgresType: 'bigint', nullable: false, description: undefined },
    { name: 'name', postgresType: 'text', nullable: true, description: undefined },
  ],
}

function event(operation: SampleEvent['operation'], id: number, name: string | null = null): SampleEvent {
  return { operation, key: `[${id}]`, payload: JSON.stringify({ id, name }) }
}

const upsert = `insert into customer (id, name) values (:id, :name)
on conflict (id) do update set name = excluded.name`

async function run(draft: Partial<ConsumerDraft>, events: readonly SampleEvent[]) {
  const asked = {
    draft: { name: 'consume', sql: upsert, deleteSql: 'delete from customer where id = :id', ...draft },
    contract,
    events,
  }
  return dryRunConsumer((await crm()).connection, asked)
}

const all = 'select id, name, hits from customer order by id'

test('rows before and after, and nothing of it stays', async () => {
  const { query } = await crm()
  const was = await query(all)
  const found = await run({}, [event('update', 1, 'Ada L'), event('insert', 9, 'Zoe'), event('delete', 2)])
  assert.deepEqual([found.columns, found.key], [['id', 'name', 'hits', 'serial_no'], ['id']])
  const short = found.rows.map(({ before, after }) => [before?.slice(0, 2), after?.slice(0, 2)])
  assert.deepEqual(short, [
    [
      ['1', 'Ada'],
      ['1', 'Ada L'],
    ],
    [['2', 'Bob'], undefined],
    [undefined, ['9', 'Zoe']],
  ])
  assert.deepEqual([found.refused, found.changedAgain, found.sql, found.rowsUnknown], [[], [], [], undefined])
  assert.deepEqual(found.sequences, ['customer_serial_no_seq'])
  assert.deepEqual(await query(all), was)
  const left =
    "select proname from pg_proc where proname like '%rejot%' union all select nspname from pg_namespace where nspname = 'rejot' union all select tablename from pg_tables where tablename like '%rejot%'"
  assert.deepEqual(await query(left), [])
})

test('SQL that counts is told by its second run', async () => {
  const sql = 'update customer set hits = hits + 1 where id = :id'
  const found = await run({ sql, deleteSql: undefined }, [event('update', 1), event('update', 3)])
  assert.deepEqual(
    found.changedAgain?.map(({ before, after }) => [before?.[2], after?.[2]]),
    [
      ['1', '2'],
      ['1', '2'],
    ],
  )
})

test('events that are refused are told one by one, with their SQLSTATE and without their values', async () => {
  const events = [
    event('insert', 10, 'far too long a name'),
    event('insert', 11),
    event('update', 10, 'ok'),
    event('insert', 12, 'fine'),
  ]
  const { refused, rows } = await run({}, events)
  assert.deepEqual(
    refused.map(({ event: place, sqlstate, waitsBehind }) => [place, sqlstate, waitsBehind]),
    [
      [0, '22001', false],
      [1, '23502', false],
      [2, undefined, true],
    ],
  )
  assert.match(refused[0]?.message ?? '', /^A text is longer than its column$/)
  assert.ok(!JSON.stringify(refused).includes('far too long'))
  assert.deepEqual(
    rows.map(({ after }) => after?.[0]),
    ['12'],
  )
})

test('a constraint that waits for the end of the transaction is heard', async () => {
  const sql = 'insert into strict (id, parent) values (:id, 77) on conflict (id) do nothing'
  const { refused } = await run({ sql, deleteSql: undefined }, [event('insert', 1)])
  assert.deepEqual(
    refused.map(({ sqlstate, constraint }) => [sqlstate, constraint]),
    [['23503', 'strict_parent_fkey']],
  )
})

test('what SQL writes behind a function is seen in a small table only if it names one', async () => {
  const found = await run({ sql: 'select put(:id, :name)' }, [event('update', 1, 'Eve')])
  assert.deepEqual(
    found.rows.map(({ after }) => after?.slice(0, 2)).filter((row) => row?.[0] === '1'),
    [['1', 'Eve']],
  )
  const blind = await run({ sql: 'select put(:id, :name)', deleteSql: undefined }, [event('update', 1, 'Eve')])
  assert.deepEqual(
    [blind.rows, blind.rowsUnknown, blind.changedAgain],
    [[], 'The SQL does not say which table it writes', undefined],
  )
})

test('SQL that cannot be run says so at its words, in the statement that it is of', async () => {
  for (const [draft, which, words, message] of [
    [{ sql: 'insert into custmer (id) values (:id)' }, 'sql', 'custmer', /does not exist/],
    [
      { sql: 'insert into customer (id, nme) values (:id, :name)' },
      'sql',
      'nme',
      /Column "nme" of relation "customer" does not exist/,
    ],
    [{ sql: 'insert into customer (id) values (:idd)' }, 'sql', ':idd', /:idd is no column of the public schema/],
    [
      { deleteSql: 'delete from customer where id = :id and nope' },
      'deleteSql',
      'nope',
      /Column "nope" does not exist/,
    ],
    [{ sql: 'create table t (id int)' }, 'sql', 'create', /one INSERT, UPDATE/],
    [{ sql: 'delete from customer; select 1' }, 'sql', 'select', /several statements/],
  ] as const) {
    const found = await run(draft, [event('insert', 1, 'x')])
    const [told] = found[which].filter(({ severity }) => severity === 'error')
    const text = ('deleteSql' in draft ? draft.deleteSql : draft.sql) as string
    assert.equal(text.slice(told?.from, told?.to), words)
    assert.match(told?.message ?? '', message)
    assert.equal(found.rowsUnknown, 'It was not run')
  }
})

test('a dry run that takes too long, or is not wanted any more, is over and holds no lock', {
  timeout: 60_000,
}, async () => {
  const { connection, query } = await crm()
  const draft = { name: 'consume', sql: 'insert into naps (id) values (:id)', deleteSql: undefined }
  const asked = { draft, contract, events: [event('insert', 1)] }
  const late = await dryRunConsumer(connection, asked, { timeoutMs: 300 })
  assert.equal(late.sql[0]?.sqlstate, '57014')
  assert.match(late.sql[0]?.hint ?? '', /^Let it read fewer rows, .* ask again\.$/)
  const abort = new AbortController()
  const running =
    "select 1 from pg_stat_activity where application_name = 'ReJot dry run' and query like '%__rejot_try%' and state = 'active'"
  const started = dryRunConsumer(connection, asked, { timeoutMs: 600_000, signal: abort.signal })
  while ((await query(running)).length === 0);
  abort.abort(new Error('no longer wanted'))
  await assert.rejects(started, /no longer wanted/)
  await query("set lock_timeout = '5s'; lock table naps in access exclusive mode")
})

test('a consumer is described with its mapping, its warnings and its loop', async () => {
  const { connection } = await crm()
  const draft = {
    name: 'consume',
    sql: 'insert into customer (id) values (:id) on conflict (id) do nothing',
    deleteSql: undefined,
  }
  const { mapping, sql } = await describeConsumer(connection, { draft, contract })
  assert.deepEqual(mapping.unused, ['name'])
  assert.match(mapping.columns.find(({ column }) => column.name === 'name')?.problem?.message ?? '', /gets no value/)
  assert.deepEqual(sql, [])
  const looping = await describeConsumer(connection, { draft, contract, published: ['other', 'public.customer'] })
  assert.match(looping.sql[0]?.message ?? '', /that would never end/)
})

test('a table that is to be made is tried before it is there, and nothing of it stays', async () => {
  const { connection, query } = await crm()
  const { sql, deleteSql, createTable } = generateConsumer({ contract, table: { schema: undefined, name: 'Unmade' } })
  const draft = { name: 'consume', sql, deleteSql, createTable }
  const { mapping, ...told } = await describeConsumer(connection, { draft, contract })
  assert.deepEqual(told, { sql: [], deleteSql: [], createTable: [] })
  assert.deepEqual(
    mapping.columns.map(({ column, filledBy }) => [column.name, column.type, column.nullable, filledBy]),
    [
      ['id', 'bigint', false, ['id']],
      ['name', 'text', true, ['name']],
    ],
  )
  const found = await dryRunConsumer(connection, { draft, contract, events: [event('insert', 1, 'Ada')] })
  assert.deepEqual([found.rows, found.changedAgain], [[{ before: undefined, after: ['1', 'Ada'] }], []])
  assert.deepEqual(await query("select oid from pg_class where relname = 'Unmade'"), [])

  // What is wrong with it is told of it; a table of a named schema cannot be tried.
  const described = (text: string) => describeConsumer(connection, { draft: { ...draft, createTable: text }, contract })
  const wrong = await described('create table "Unmade" (id nonsense)')
  assert.match(wrong.createTable[0]?.message ?? '', /Type "nonsense" does not exist/)
  const taken = await described('create table customer (id int)')
  assert.equal(taken.createTable[0]?.message, 'There is a table customer already')
  const elsewhere = await dryRunConsumer(connection, {
    draft: { ...draft, createTable: 'create table sales.t (id int)' },
    contract,
    events: [event('insert', 1, 'Ada')],
  })
  assert.match(elsewhere.rowsUnknown ?? '', /in a schema that is named/)
})

test('what is generated runs as it is', async () => {
  const { connection, query } = await crm()
  const { sql, deleteSql, createTable } = generateConsumer({
    contract,
    table: { schema: undefined, name: 'Fresh One' },
  })
  await query(createTable ?? '')
  const asked = {
    draft: { name: 'consume', sql, deleteSql },
    contract,
    events: [event('insert', 1, 'Ada'), event('delete', 1)],
  }
  const {
    refused,
    changedAgain,
    sql: diagnostics,
  } = await dryRunConsumer(connection, { ...asked, events: asked.events.slice(0, 1) })
  assert.deepEqual([refused, changedAgain, diagnostics], [[], [], []])
})
