import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueTable } from '../../domain/catalogue.ts'
import type { CompletionRequest } from '../../domain/completion.ts'
import { completeSql } from './complete-sql.ts'

function table(schema: string, name: string, columns: string, rest: Partial<CatalogueTable> = {}): CatalogueTable {
  return {
    oid: 0,
    schema,
    name,
    kind: 'table',
    partitionOf: undefined,
    comment: undefined,
    rowsEstimated: undefined,
    columns: columns.split(', ').map((column) => ({
      name: column,
      type: column === 'id' ? 'bigint' : 'text',
      nullable: true,
      default: undefined,
      generated: undefined,
      comment: undefined,
    })),
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'primary key',
    readable: true,
    ...rest,
  }
}

const toAccount = [{ columns: ['account_id'], schema: 'public', table: 'account', references: ['id'] }]

const catalogue: CompletionRequest['catalogue'] = {
  searchPath: ['public'],
  reservedWords: ['order', 'user', 'select', 'from'],
  functions: [
    { schema: 'public', name: 'full_name', arguments: 'bigint', returns: 'text', volatility: 'stable' },
    { schema: 'sales', name: 'vat', arguments: 'numeric', returns: 'numeric', volatility: 'immutable' },
  ],
  tables: [
    table('public', 'account', 'id, email, First name, order'),
    table('public', 'account_emails', 'account_id, email, verified_at', { foreignKeys: toAccount }),
    table('public', 'Odd Table', 'id, Größe'),
    table('public', 'order', 'id, note'),
    table('public', 'event_2026', 'id', { partitionOf: 'public.event' }),
    table('sales', 'invoice', 'id, account_id, total', { foreignKeys: toAccount }),
    table('sales', 'account', 'id, debt'),
  ],
}

const placeholders = [
  { name: 'id', type: 'bigint' },
  { name: 'email', type: 'text' },
  { name: 'First name', type: 'text' },
]

/**
 * The cursor is `|`. What is to be written, parted by ` ~ `: offered where it begins with `+` or with nothing, the very
 * first where it begins with `1`, not offered where it begins with `-`; `nothing` when nothing at all is.
 */
const reading: readonly (readonly [sql: string, expected: string])[] = [
  // Tables.
  [
    'select * from |',
    '1account ~ account_emails ~ "Odd Table" ~ "order" ~ sales.invoice ~ sales.account ~ sales ~ -email ~ -event_2026',
  ],
  ['select * from acc|', '1account ~ account_emails ~ sales.account ~ -"order"'],
  ['select * from EMAIL|', '1account_emails'],
  ['select * from accountem|', '1account_emails'],
  ['select * from odd|', '1"Odd Table"'],
  ['select * from "Od|', '1"Odd Table"'],
  ['select * from "Od|"', '1"Odd Table"'],
  ['select * from "acc|', '1"account" ~ "account_emails"'],
  ['select * from sales.|', '1invoice ~ account ~ -email ~ -account_emails'],
  ['select * from sales.inv|', '1invoice ~ -account'],
  ['select * from account a, |', '1account ~ account_emails'],
  ['select * from account a join |', '1account ~ sales.invoice ~ lateral'],
  ['select * from account a left join acc|', '1account'],
  ['select (select count(*) from |) from account', '1account'],
  ['with recent as (select id from account) select * from |', '1recent ~ account'],
  ['with recent as (select 1), other as (select * from re|', '1recent'],
  ['with a as (select 1), b as (select 2) select * from a join |', '1a ~ b'],
  ['select 1; select * from |', '1account'],
  ['select * from | where id = :id', '1account'],
  // Columns.
  ['select | from account a', '1id ~ email ~ "First name" ~ "order" ~ a ~ count( ~ case ~ -verified_at'],
  ['select em| from account a', '1email ~ -id'],
  ['select a.| from account a', '1id ~ email ~ "First name" ~ order ~ -a'],
  ['select a.em| from account a', '1email ~ -id'],
  ['select a."Fi| from account a', '1"First name"'],
  ['select a."Fi|" from account a', '1"First name"'],
  ['select a."id| from account a', '1"id"'],
  ['select "Fi| from account a', '1"First name"'],
  ['select account.| from account', '1id ~ email'],
  ['select A.| from account a', '1id ~ email'],
  ['select x.| from account a', 'nothing'],
  ['select o."Gr| from "Odd Table" o', '1"Größe"'],
  ['select a.id, | from account a', '1id ~ email'],
  ['select a.|', 'nothing'],
  ['select a.id\nfrom account a\nwhere |', '1id ~ email ~ :id ~ not'],
  [
    'select 1 from account a join account_emails e on e.account_id = a.id where |',
    'a.email ~ e.email ~ id ~ verified_at ~ -email',
  ],
  ['select 1 from account a join account_emails e on |', '1e.account_id = a.id'],
  ['select 1 from account_emails e join account a on |', '1e.account_id = a.id'],
  ['select 1 from account a join sales.invoice i on i.|', '1id ~ account_id ~ total'],
  ['select 1 from account a join sales.invoice i on i.account_id = |', 'a.id ~ i.id ~ :id'],
  ['select (select max(e.|) from account_emails e where e.account_id = a.id) from account a', '1account_id ~ email'],
  ['select (select 1 from account_emails e where e.account_id = a.|) from account a', '1id ~ email'],
  ['select (select 1 from account_emails e where |) from account a', '1account_id ~ verified_at ~ id'],
  ['select upper(|) from account', '1id ~ email'],
  ['select coalesce(a.email, |) from account a', 'id ~ email'],
  ['select x.| from (select id, email as address from account) x', '1id ~ address ~ -email'],
  ['select x.| from (select * from account) x', '1id ~ email'],
  ['select x.| from (select a.*, 1 as one from account a) x', '1id ~ one'],
  [
    'with recent as (select id, upper(email) as mail, count(*) from account) select r.| from recent r',
    '1id ~ mail ~ count',
  ],
  ['with recent(a, b) as (select 1, 2) select | from recent', '1a ~ b'],
  ['with recent as not materialized (select id from account) select recent.| from recent', '1id'],
  ['select s.| from sales.account s', '1id ~ debt ~ -email'],
  ['select 1 from account a(x, y) where a.|', '1x ~ y ~ order ~ -id'],
  ['select g.| from generate_series(1, 2) g(n)', '1n'],
  ['select 1 from account a, lateral (select |) x', 'id ~ email'],
  ['select id from account union select | from sales.invoice', '1id ~ total ~ -email'],
  ['select id from account order by |', '1id ~ email'],
  ['select id from account group by em|', '1email'],
  ['select 1 from account where id is distinct from |', '1id ~ email ~ -account_emails'],
  ['select public.account.| from public.account', '1id ~ email'],
  ["select 'it''s', a.| from account a -- from sales.invoice a", '1id ~ email ~ -total'],
  ['select /* a.x */ a.| from account a', '1id'],
  // Placeholders.
  ['select id from account where id = :|', '1:id ~ :email ~ :"First name" ~ -id'],
  ['select id from account where id = :e|', '1:email'],
  ['select id from account where id = :"F|', '1:"First name"'],
  ['select id from account where id = $|', '1$1 ~ $2 ~ $3'],
  ['select id from account where email = |', '1:email ~ :id ~ email'],
  ['select id from account where id = any(|)', 'id ~ :id'],
  ["select '{}'::|", '1bigint ~ text ~ double precision ~ -:id'],
  ["select '{}'::js|", '1json ~ jsonb'],
  // Functions and keywords.
  ['select full| from account', '1full_name('],
  ['select va| from account', '1sales.vat('],
  ['select array_| from account', '1array_agg('],
  ['|', '1select ~ with ~ -insert into'],
  ['sel|', '1select'],
  ['select id |from account', '1from ~ as'],
  ['select id from account |', '1join ~ left join ~ where ~ group by'],
  ['select id from account a join account_emails e |', '1on ~ using'],
  ['select id from account wh|', '1where'],
  ['select id from account where id = :id |', '1and ~ or ~ group by ~ -id'],
  ['select id from account order by id |', '1asc ~ desc'],
  ['with x as (select 1) |', '1select'],
  // Nothing.
  ['select id as |', 'nothing'],
  ["select 'acc|", 'nothing'],
  ['select 1 -- acc|', 'nothing'],
  ['select $$ acc|', 'nothing'],
  ['select /* acc|', 'nothing'],
  ['select 12|', 'nothing'],
  ['with |', 'nothing'],
]

const writing: readonly (readonly [sql: string, expected: string])[] = [
  ['|', '1insert into ~ update ~ delete from ~ merge into'],
  ['insert |', '1into'],
  ['insert into |', '1account ~ sales.invoice'],
  ['insert into account |', '1values ~ select'],
  ['insert into account (|', '1id ~ email ~ "First name" ~ "order" ~ -:id'],
  ['insert into account (id, em|', '1email ~ -:email'],
  ['insert into account (id) values (|', '1:id ~ :email'],
  ['insert into account (id, email) values (:id, |', '1:id ~ :email'],
  ['insert into account (id) values (:|', '1:id'],
  ['insert into account (id) values (:id) on |', '1conflict'],
  ['insert into account (id) values (:id) on conflict (|', '1id ~ email'],
  ['insert into account (id) values (:id) on conflict (id) |', '1do update set ~ do nothing'],
  ['insert into account (id) values (:id) on conflict (id) do update set |', '1id ~ email ~ -:id'],
  ['insert into account (id) values (:id) on conflict (id) do update set email = |', '1:email ~ email'],
  ['insert into account (id) values (:id) on conflict (id) do update set email = excluded.|', '1id ~ email'],
  ['update |', '1account'],
  ['update account set |', '1id ~ email'],
  ['update account set email = :email, |', '1id ~ email'],
  ['update account set email = :email where |', '1id'],
  ['update account set email = :email where id = |', '1:id'],
  ['delete from |', '1account'],
  ['delete from account where |', '1id ~ email ~ :id'],
  ['delete from account where id = :|', '1:id'],
  ['merge into account a using |', '1account'],
]

for (const [statement, cases] of [['public', reading] as const, ['consumer', writing] as const]) {
  for (const [marked, expected] of cases) {
    test(`${statement}: ${marked}`, () => {
      const offset = marked.indexOf('|')
      const sql = marked.replace('|', '')
      const { items, from, to } = completeSql({ sql, offset, catalogue, placeholders, statement })
      const offered = items.map(({ insert }) => insert)
      assert.ok(from <= offset && offset <= to && to <= sql.length, `${from} to ${to}`)
      if (expected === 'nothing') return assert.deepEqual(offered, [])
      for (const one of expected.split(' ~ ')) {
        const insert = one.replace(/^[-1]/, '')
        if (one.startsWith('-')) assert.ok(!offered.includes(insert), `${insert} is offered`)
        else assert.ok(offered.includes(insert), `${insert} is not offered, but ${offered.slice(0, 12).join(' ~ ')}`)
        if (one.startsWith('1')) assert.equal(offered[0], insert)
      }
    })
  }
}

test('what is taken replaces the whole name, with its quotes and its colon', () => {
  const cases: readonly (readonly [sql: string, taken: string, becomes: string])[] = [
    ['select em|ai from account', 'email', 'select email from account'],
    ['select |id from account', 'email', 'select emailid from account'],
    ['select id|, email from account', 'id', 'select id, email from account'],
    ['select a."Fi|rst" from account a', '"First name"', 'select a."First name" from account a'],
    ['select id from account where id = :e|', ':email', 'select id from account where id = :email'],
    ['select id from account where x = :"Fi|rst"', ':"First name"', 'select id from account where x = :"First name"'],
    ['select id from account where id = $|', '$2', 'select id from account where id = $2'],
    ["select '😀', a.em| from account a", 'email', "select '😀', a.email from account a"],
    ['select "Fi| from account', '"First name"', 'select "First name" from account'],
  ]
  for (const [marked, taken, becomes] of cases) {
    const offset = marked.indexOf('|')
    const sql = marked.replace('|', '')
    const { from, to, items } = completeSql({ sql, offset, catalogue, placeholders, statement: 'public' })
    assert.ok(
      items.some(({ insert }) => insert === taken),
      marked,
    )
    assert.equal(sql.slice(0, from) + taken + sql.slice(to), becomes)
  }
})

test('every place in any text is answered, however broken it is', () => {
  const texts = [...reading, ...writing].map(([sql]) => sql.replace('|', ''))
  for (const text of texts) {
    for (const sql of [
      text,
      text.slice(0, -3),
      `(${text}`,
      `${text}))`,
      text.replaceAll(' from ', ' '),
      [...text].reverse().join(''),
    ]) {
      for (let offset = 0; offset <= sql.length; offset++) {
        completeSql({ sql, offset, catalogue, placeholders, statement: 'public' })
      }
    }
  }
})

test('5,000 tables are completed among', () => {
  const many = Array.from({ length: 5_000 }, (_, n) => table('public', `t${n}`, 'id, email'))
  const sql = 'select a.id from t4711 a join t12'
  const begun = performance.now()
  const request = { sql, catalogue: { ...catalogue, tables: many }, placeholders, statement: 'public' } as const
  const { items } = completeSql({ ...request, offset: sql.length })
  console.log(`among 5,000 tables: ${Math.round(performance.now() - begun)} ms`)
  assert.equal(items[0]?.insert, 't12')
  const columns = completeSql({ ...request, offset: 'select a.'.length })
  assert.deepEqual(
    columns.items.map(({ insert }) => insert),
    ['id', 'email'],
  )
})
