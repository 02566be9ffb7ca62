import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../../testing/test-database.ts'
import { withServers } from '../../testing/with-servers.ts'
import { readCatalogueMark } from './catalogue-mark.ts'
import { readCatalogue } from './read-catalogue.ts'

const servers = withServers(['source'])

const shopSql = `
create schema sales;
create table account (
  id bigint generated always as identity primary key,
  email varchar(80) not null unique,
  "First name" text,
  full_name text generated always as ("First name" || ' ' || email) stored,
  plan text not null default 'free');
comment on table account is 'Who pays';
comment on column account.email is 'Where it can be reached';
create table sales.line (account_id bigint not null references account, place int not null, primary key (account_id, place));
create unique index on sales.line (place) where account_id > 0;
create table event (at date not null, what text) partition by range (at);
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01');
alter table event replica identity full;
create view active as select id, email from account;
create function double(n int) returns int immutable language sql as 'select 2 * n';
insert into account (email) select 'a' || n from generate_series(1, 500) n;
analyze account`

test('a catalogue has tables, columns, keys, comments and estimates of the user, and nothing of the server', async () => {
  const database = await createDatabase(servers('source'), { sql: shopSql })
  const catalogue = await readCatalogue(database.connection)
  assert.deepEqual(
    catalogue.tables.map(({ schema, name, kind, partitionOf }) => [schema, name, kind, partitionOf]),
    [
      ['public', 'account', 'table', undefined],
      ['public', 'active', 'view', undefined],
      ['public', 'event', 'partitioned table', undefined],
      ['public', 'event_2026', 'table', 'public.event'],
      ['sales', 'line', 'table', undefined],
    ],
  )
  const [account, , event, , line] = catalogue.tables
  assert.deepEqual(account?.columns, [
    { name: 'id', type: 'bigint', nullable: false, default: undefined, generated: 'always', comment: undefined },
    {
      name: 'email',
      type: 'character varying(80)',
      nullable: false,
      default: undefined,
      generated: undefined,
      comment: 'Where it can be reached',
    },
    { name: 'First name', type: 'text', nullable: true, default: undefined, generated: undefined, comment: undefined },
    { name: 'full_name', type: 'text', nullable: true, default: undefined, generated: 'stored', comment: undefined },
    {
      name: 'plan',
      type: 'text',
      nullable: false,
      default: "'free'::text",
      generated: undefined,
      comment: undefined,
    },
  ])
  assert.deepEqual([account?.comment, account?.rowsEstimated, account?.primaryKey], ['Who pays', 500, ['id']])
  assert.deepEqual([account?.uniqueKeys, account?.readable], [[['email']], true])
  assert.equal(event?.replicaIdentity, 'full')
  assert.deepEqual([line?.primaryKey, line?.uniqueKeys], [['account_id', 'place'], []])
  assert.deepEqual(line?.foreignKeys, [
    { columns: ['account_id'], schema: 'public', table: 'account', references: ['id'] },
  ])
  assert.deepEqual(catalogue.searchPath, ['public'])
  assert.deepEqual(catalogue.functions, [
    { schema: 'public', name: 'double', arguments: 'integer', returns: 'integer', volatility: 'immutable' },
  ])
  assert.ok(catalogue.reservedWords.includes('order') && !catalogue.reservedWords.includes('name'))
  assert.deepEqual(JSON.parse(JSON.stringify(catalogue)).tables.length, 5)
  await database.drop()
})

test('the mark stays while rows are written, and changes with every definition', async () => {
  const database = await createDatabase(servers('source'), { sql: shopSql })
  const mark = () => readCatalogueMark(database.connection)
  let before = await mark()
  assert.equal((await readCatalogue(database.connection)).mark, before)
  await database.query("insert into account (email) values ('ada')")
  await database.query('analyze')
  await database.query('vacuum account')
  assert.equal(await mark(), before)
  const changes = [
    'alter table account rename column plan to tariff',
    'alter table account alter tariff drop not null',
    'alter table account add column note text',
    'alter table sales.line rename to item',
    'alter table sales.item set schema public',
    'alter table account drop constraint account_email_key',
    'alter table event replica identity nothing',
    "create or replace function double(n int) returns int stable language sql as 'select n + n'",
    'alter schema sales rename to trade',
    'drop table event',
  ]
  for (const change of changes) {
    await database.query(change)
    const after = await mark()
    assert.notEqual(after, before, change)
    before = after
  }
  await database.drop()
})

test('a database with 5,000 tables is read as a whole, or in part', async () => {
  const database = await createDatabase(servers('source'))
  // Each in a transaction of its own would take its time; in a single one they would exceed the locks.
  for (let hundred = 0; hundred < 10; hundred++) {
    await database.query(`do $$ begin for n in 1..500 loop
      execute format('create table t%s_%s (id int, a date, b bigint, c uuid, d timestamptz)', ${hundred}, n); end loop; end $$`)
  }
  const begun = performance.now()
  const { tables, truncated } = await readCatalogue(database.connection)
  const read = performance.now()
  await readCatalogueMark(database.connection)
  console.log(`5,000 tables: catalogue ${Math.round(read - begun)} ms, mark ${Math.round(performance.now() - read)} ms`)
  assert.deepEqual([tables.length, truncated], [5_000, false])
  assert.ok(tables.every(({ columns }) => columns.length === 5))
  const part = await readCatalogue(database.connection, { limit: 10 })
  assert.deepEqual([part.tables.length, part.truncated], [10, true])
  await database.drop()
})

test('a role without rights reads the catalogue, and what it may not read is said', async () => {
  const database = await createDatabase(servers('source'), { sql: `${shopSql}; create role guest login password 'x'` })
  const { tables } = await readCatalogue({ ...database.connection, user: 'guest', password: 'x' })
  assert.deepEqual([tables.length, tables.some(({ readable }) => readable)], [5, false])
  await database.drop()
})
