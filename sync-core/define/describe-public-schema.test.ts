import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicSchemaDraft } from '../domain/description.ts'
import { FailureError } from '../domain/failure.ts'
import { createDatabase, type TestDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { describePublicSchema } from './describe-public-schema.ts'

const servers = withServers(['source'])
let made: Promise<TestDatabase> | undefined

/** One for all tests: none of them changes it for another. */
function shop(): Promise<TestDatabase> {
  made ??= createDatabase(servers('source'), { sql: shopSql })
  return made
}

const shopSql = `
create table account (id bigint primary key, first_name text not null, last_name text, "Plan" text);
comment on column account.first_name is 'As on the passport';
create table account_emails (account_id bigint not null references account, email text not null, primary key (account_id, email));
create table keyless (a int);
create schema sales;
create table sales.invoice (id int primary key, account_id bigint not null, total numeric(10, 2));
create view active as select id, first_name from account;
create function mood(id bigint) returns text language plpgsql as 'begin return id; end';
create function calm(id bigint) returns text stable language sql as 'select id::text';
create function slow(id bigint) returns text immutable language plpgsql as 'begin perform pg_sleep(600); return id; end'`

async function describe(sql: string, rest: Partial<PublicSchemaDraft> = {}) {
  const draft = { name: 'publish-account', transformations: [{ table: 'account', sql }], ...rest }
  return describePublicSchema((await shop()).connection, draft)
}

test('a joined aggregate is described with types, nullability, origin, key and what it reads', async () => {
  const sql = `select a.id, a.first_name as "firstName", a.last_name, a.first_name || ' ' || a."Plan" as both,
       (select array_agg(e.email order by e.email) from account_emails e where e.account_id = a.id) as emails,
       (select count(*) from sales.invoice i where i.account_id = a.id) as invoices
  from account a where a.id = :id -- all of it`
  const { columns, suggestedKey, problems, statements } = await describe(sql)
  assert.deepEqual(
    columns.map(({ name, type, nullable, from, comment }) => [name, type, nullable, from?.column, comment]),
    [
      ['id', 'bigint', false, 'id', undefined],
      ['firstName', 'text', false, 'first_name', 'As on the passport'],
      ['last_name', 'text', true, 'last_name', undefined],
      ['both', 'text', true, undefined, undefined],
      ['emails', 'text[]', true, undefined, undefined],
      ['invoices', 'bigint', false, undefined, undefined],
    ],
  )
  assert.deepEqual([suggestedKey, problems], [['id'], []])
  const [{ form, diagnostics, reads, tableProblem } = assert.fail()] = statements
  assert.deepEqual([form, tableProblem], ['set', undefined])
  assert.deepEqual(
    diagnostics.map(({ severity, from, to }) => [severity, sql.slice(from, to)]),
    [
      ['warning', 'account_emails'],
      ['warning', 'sales.invoice'],
    ],
  )
  assert.deepEqual(
    reads.map(({ table, followed, cure }) => [table, followed, cure?.table]),
    [
      ['account_emails', 'no', 'account_emails'],
      ['sales.invoice', 'no', 'sales.invoice'],
      ['account', 'listened', undefined],
    ],
  )
})

/** What is marked between ⟦ and ⟧, what is said of it, and what is advised. */
const bad: readonly (readonly [sql: string, message: string | RegExp, hint?: string | RegExp])[] = [
  [
    'select a.id, ⟦a.frist_name⟧ from account a where a.id = :id',
    'Column a.frist_name does not exist',
    'Perhaps first_name is meant.',
  ],
  [
    "select '😀' as x, a.id, ⟦plan⟧ from account a where a.id = :id",
    'Column "plan" does not exist',
    'Perhaps "Plan", in double quotes, is meant.',
  ],
  ['select id from ⟦acount⟧ where id = :id', 'Relation "acount" does not exist', 'Perhaps account is meant.'],
  [
    'select i.id from ⟦invoice⟧ i where i.id = :id',
    'Relation "invoice" does not exist',
    'Perhaps sales.invoice is meant.',
  ],
  ['select ⟦x.id⟧ from account a where a.id = :id', 'Missing FROM-clause entry for table "x"'],
  ['select id from account where id = ⟦:idd⟧', ':idd names no column of account', 'Perhaps id is meant.'],
  ['select id, id::⟦txt⟧ as t from account where id = :id', 'Type "txt" does not exist', 'Perhaps text is meant.'],
  [
    'select id, ⟦uper⟧(first_name) as n from account where id = :id',
    /^Function uper\(text\) does not exist$/,
    'Perhaps upper is meant.',
  ],
  ['select id from account where id = :id; ⟦select⟧ 2', 'There are several statements: write one'],
  ['⟦create⟧ table t (id int)', 'The SQL of a public schema is one SELECT, and this is something else'],
  [
    'with gone as (delete from ⟦account⟧ returning id) select id from gone',
    'The SQL of a public schema only reads, and this DELETE writes',
  ],
  ['select id, ⟦pg_sleep⟧(5) from account where id = :id', /^pg_sleep\(\) answers differently each time/],
  ['select id, id as x, ⟦first_name⟧ as x from account where id = :id', /^Two output columns are named x/],
  ['select id from account where id = :id and first_name ⟦>⟧ 7', /operator does not exist/i],
  ["select id, ⟦'abc'⟧::int as n from account where id = :id", 'A text cannot be read as the type of its column'],
  ['select id from account ⟦where⟧', 'syntax error at end of input'],
  ['select id from account where ⟦⟧', 'syntax error at end of input'],
  [`select ⟦1⟧ as c, ${Array.from({ length: 1_999 }, (_, n) => `${n} as c${n}`).join(', ')}`, /at most 1664/],
  ['⟦⟧', 'The SQL is empty'],
]

for (const [marked, message, hint] of bad) {
  test(`refused: ${marked.slice(0, 70)}`, async () => {
    const sql = marked.replace(/[⟦⟧]/g, '')
    const { statements } = await describe(sql)
    const told =
      statements[0]?.diagnostics.find(({ severity }) => severity === 'error') ?? assert.fail('nothing is told')
    const from = marked.indexOf('⟦')
    const at = marked.includes('⟦⟧') || /at most/.test(String(message)) ? undefined : [from, marked.indexOf('⟧') - 1]
    if (at !== undefined) assert.deepEqual([told.from, told.to], at)
    if (typeof message === 'string') assert.equal(told.message, message)
    else assert.match(told.message, message)
    if (hint !== undefined) assert.equal(told.hint, hint)
    assert.equal(statements[0]?.columns, undefined)
  })
}

test('SQL nested 10,000 deep is refused in words, and the next statement is read', async () => {
  const { statements } = await describe(`select ${'('.repeat(10_000)}1${')'.repeat(10_000)}`)
  assert.equal(statements[0]?.diagnostics[0]?.message, 'The SQL is nested too deeply')
  assert.equal((await describe('select id from account where id = :id')).columns.length, 1)
})

test('a function of the user that is declared volatile is named, one that is stable is not', async () => {
  const sql = 'select id, mood(id) as m, calm(id) as c from account where id = :id'
  const [{ diagnostics } = assert.fail()] = (await describe(sql)).statements
  assert.deepEqual(
    diagnostics.map(({ severity, from, to, hint }) => [severity, sql.slice(from, to), hint]),
    [['warning', 'mood', 'Where it only reads, say so: ALTER FUNCTION mood STABLE.']],
  )
})

const slowDraft = {
  name: 'p',
  transformations: [{ table: 'account', sql: 'select id, slow(1) as s from account where id = :id' }],
}

test('SQL that the server does not get done with is called off after the timeout', async () => {
  const database = await shop()
  const { statements } = await describePublicSchema(database.connection, slowDraft, { timeoutMs: 500 })
  const [{ message, hint } = assert.fail()] = statements[0]?.diagnostics ?? []
  assert.equal(message, 'It was ended after 0.5 s, the most that a question may take')
  assert.match(hint ?? '', /^Let it read fewer rows/)
  const left = await database.query("select 1 from pg_stat_activity where application_name = 'ReJot describe'")
  assert.deepEqual(left, [])
})

test('an aborted question is over at once, at the server too', { timeout: 60_000 }, async () => {
  const database = await shop()
  const abort = new AbortController()
  const asked = describePublicSchema(database.connection, slowDraft, { timeoutMs: 600_000, signal: abort.signal })
  const running =
    "select 1 from pg_stat_activity where application_name = 'ReJot describe' and query like '%slow%' and state = 'active'"
  while ((await database.query(running)).length === 0);
  abort.abort(new Error('no longer wanted'))
  await assert.rejects(asked, /no longer wanted/)
  assert.deepEqual(await database.query(running), [])
})

test('an output without its key, and one that breaks its contract, are told', async () => {
  const keyless = await describe('select first_name from account')
  assert.match(keyless.statements[0]?.diagnostics[0]?.message ?? '', /has no key/)
  const lacking = await describe('select first_name from account where id = :id', { key: ['id'] })
  assert.match(lacking.statements[0]?.diagnostics[0]?.message ?? '', /gives no column "id"/)
  const columns = [{ name: 'id', postgresType: 'text', nullable: false, description: undefined }]
  const other = await describe('select id from account where id = :id', { columns })
  assert.equal(other.problems[0]?.message, 'Its SQL gives "id" as bigint, and its outputSchema promises text')
})

test('more columns than a server gives are told in its words', async () => {
  const wide = Array.from({ length: 1_664 }, (_, place) => `${place} as c${place}`).join(', ')
  const { statements } = await describe(`select id, ${wide} from account where id = :id`)
  assert.equal(statements[0]?.diagnostics[0]?.message, 'Target lists can have at most 1664 entries')
})

test('duplicate names that a star brings, and statements that disagree, are told', async () => {
  const twice = await describe('select a.*, b.* from account a, account b where a.id = :id')
  assert.equal(twice.problems[0]?.message, 'Its SQL gives two columns named "id"')
  const transformations = [
    { table: 'account', sql: 'select id from account where id = :id' },
    { table: 'account_emails', sql: 'select id::text from account where id = :account_id' },
  ]
  const differ = await describe('', { transformations })
  assert.match(differ.problems[0]?.message ?? '', /gives other columns or types/)
})

test('a table that cannot be listened to is no fault of the SQL', async () => {
  for (const [table, message, hint] of [
    [
      'acount',
      /^There is no table "acount", or the role may not look into its schema$/,
      /^Perhaps account is meant\.$/,
    ],
    ['two words', /^"two words" is no name of a table$/, /^Name it as in SQL/],
    ['a.b.c', /is no name of a table$/, /^Name it as in SQL/],
    ['"', /is no name of a table$/, /^Name it as in SQL/],
    ['active', /^"active" is no table$/, /^Name a table; a view has no changes of its own\.$/],
    ['keyless', /^The table "keyless" has no usable replica identity$/, /^Give it a primary key/],
  ] as const) {
    const { statements } = await describe('', { transformations: [{ table, sql: 'select 1 as id' }], key: ['id'] })
    const { tableProblem, diagnostics } = statements[0] ?? assert.fail()
    assert.match(tableProblem?.message ?? '', message)
    assert.match(tableProblem?.hint ?? '', hint)
    assert.deepEqual(diagnostics, [])
  }
})

test('a role that may connect and not read is told so, a server that is away throws', async () => {
  const database = await shop()
  await database.query("create role reader login password 'x'")
  const draft = { name: 'p', transformations: [{ table: 'account', sql: 'select id from account where id = :id' }] }
  const { statements } = await describePublicSchema({ ...database.connection, user: 'reader', password: 'x' }, draft)
  assert.equal(statements[0]?.diagnostics[0]?.message, 'Permission denied for table account')
  await assert.rejects(describePublicSchema({ ...database.connection, port: 1 }, draft), FailureError)
})

test('nothing of it can write, and nothing is left behind', async () => {
  const database = await shop()
  await database.query(
    `create function writes() returns int language sql as 'insert into keyless values (1) returning 1';
     create function sneaky() returns int immutable language plpgsql as 'begin return writes(); end'`,
  )
  const { statements } = await describe('select id, sneaky() as s from account where id = :id')
  assert.match(statements[0]?.diagnostics[0]?.message ?? '', /read-only transaction/)
  assert.deepEqual(await database.query('select * from keyless'), [])
})
