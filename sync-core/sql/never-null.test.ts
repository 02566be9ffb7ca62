import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ColumnsOf, neverNull } from './never-null.ts'

const tables: Readonly<Record<string, string>> = { account: 'id! name! plan', line: 'account_id! place! note' }

const columnsOf: ColumnsOf = ({ name }) =>
  tables[name]?.split(' ').map((column) => ({ name: column.replace('!', ''), nullable: !column.endsWith('!') }))

/** One letter for each output column: n never NULL, . perhaps. */
const cases: readonly (readonly [sql: string, verdicts: string])[] = [
  ['select a.id, a.name, a.plan from account a', 'nn.'],
  ['select id, plan from account', 'n.'],
  ['select account.id from account', 'n'],
  ['select plan from account where plan = :plan', 'n'],
  ['select a.plan from account a where a.id = :id and a.plan is not null', 'n'],
  ['select a.plan from account a where a.id = :id or a.plan is not null', '.'],
  ['select * from account', 'nn.'],
  ['select 1 as one, a.*, a.plan as p from account a', 'nnn..'],
  ['select * from account a join line l on l.account_id = a.id', 'nn.nn.'],
  ['select * from account a join line l using (account_id)', '.....'],
  ['select l.place, a.id from account a left join line l on l.account_id = a.id', '.n'],
  ['select l.place, a.id from account a right join line l on l.account_id = a.id', 'n.'],
  ['select l.place, a.id from account a full join line l on l.account_id = a.id', '..'],
  ['select l.place from account a left join line l on l.account_id = a.id where l.place > 0', 'n'],
  ['select place from account a left join line l on l.account_id = a.id', '.'],
  ['select x.id from (select id from account) x', '.'],
  ['with account as (select null::int as id) select account.id from account', '.'],
  ['select a.x from account a(x)', '.'],
  ["select a.name || ' ' || a.name, a.name || a.plan from account a", 'n.'],
  ["select coalesce(a.plan, 'free'), coalesce(a.plan, null) from account a", 'n.'],
  ["select case when a.plan = 'x' then 1 else 2 end, case when true then 1 end from account a", 'n.'],
  [
    'select (select count(*) from line), (select max(place) from line), (select count(*) from line limit 0) from account',
    'n..',
  ],
  ['select count(*), max(place), array(select 1), exists (select 1) from line', 'n.nn'],
  ['select array_agg(name), null, plan is null, id::text, id::bigint from account', '..nn.'],
  ['select id from account union select 1', '.'],
  ['select id from account group by rollup (id)', '.'],
  ['select 1 as a, unknown.* from unknown', '..'],
]

for (const [sql, verdicts] of cases) {
  test(`never NULL in ${sql}`, () => {
    const found = neverNull(sql, verdicts.length, columnsOf)
    assert.equal(found.map((never) => (never ? 'n' : '.')).join(''), verdicts)
  })
}
