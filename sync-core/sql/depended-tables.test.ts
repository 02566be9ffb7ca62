import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependedTables } from './depended-tables.ts'
import { showTableName } from './table-name.ts'

const cases: readonly (readonly [sql: string, tables: readonly string[]])[] = [
  ['select 1', []],
  ['select * from account where id = :id', ['account']],
  [
    'select * from sales.account a join public.emails e on true, "Odd Name" o',
    ['sales.account', 'public.emails', '"Odd Name"'],
  ],
  ['select * from a where exists (select 1 from b where x in (select y from c))', ['a', 'b', 'c']],
  ['select (select max(x) from b), f(array(select 1 from c)) from a', ['b', 'c', 'a']],
  ['select * from a union all select * from b except table c', ['a', 'b', 'c']],
  ['with x as (select * from a) select * from x join b on true', ['a', 'b']],
  ['with x as (select * from x) select * from x', ['x']],
  ['with recursive x as (select * from a union select * from x) select * from x', ['a']],
  ['with x as (select * from a), y as (select * from x) select * from y', ['a']],
  ['with x as (select * from a) select * from public.x', ['a', 'public.x']],
  ['select * from (with x as (select 1 from a) select * from x) q, x', ['a', 'x']],
  ['select * from a, lateral (select * from b where b.id = a.id) q', ['a', 'b']],
  ['select * from a tablesample system (1), only b', ['a', 'b']],
  ['select a.id from a a, a b', ['a']],
  ['select * from generate_series(1, 2) g', []],
  ['select * from a order by (select x from b limit 1)', ['a', 'b']],
]

for (const [sql, tables] of cases) {
  test(`tables of ${sql}`, () => assert.deepEqual(dependedTables(sql).map(showTableName), tables))
}
