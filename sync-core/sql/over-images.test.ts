import assert from 'node:assert/strict'
import { test } from 'node:test'
import { overImages, whyNotOverImages } from './over-images.ts'

const reasonOf = (sql: string, table = 'item') => whyNotOverImages(sql, table)

test('SQL over the changed row alone runs over its image, which stands where the table stood', () => {
  const over = overImages('select i.id, upper(i.name) as n from item i where i.id = :id', 'public.item', '(select 1)')
  assert.deepEqual(over, {
    sql: 'select i.id, upper(i.name) as n from (select 1) i where i.id = :id',
    columns: ['i', 'id', 'name'],
    plain: new Map([['id', 'id']]),
    star: false,
    functions: ['upper'],
    operators: ['='],
  })
  assert.equal(reasonOf("select id, a -> 'b' as b from item where not hidden and id = $1"), undefined)
  assert.equal(
    reasonOf('select case when i.n > 1 then i.id else i.m end as x, i.id from item i where :id = i.id'),
    undefined,
  )
})

for (const [sql, columns] of [
  ['select * from item where id = :id', 'all'],
  ['select i.id, to_json(i) as whole from item i where i.id = :id', 'all'],
  ['select id, item from item where id = :id', 'all'],
  ['select id from item where id = :id', ['id']],
] as const) {
  test(`${sql} reads ${columns}`, () => {
    const over = overImages(sql, 'item', '(select 1)')
    assert.deepEqual('columns' in over && over.columns, columns)
  })
}

for (const [sql, reason] of [
  ['select i.id, p.name from item i join price p on p.item = i.id where i.id = :id', /joins tables/],
  ['select i.id from item i, item j where i.id = :id and j.id = i.id', /joins tables/],
  ['select i.id from other i where i.id = :id', /another table/],
  ['select i.id from item i', /does not name the changed row/],
  ['select i.id from item i where i.id > :id', /does not name the changed row/],
  ['select i.id, (select count(*) from price) as n from item i where i.id = :id', /subquery/],
  ['select i.id from item i where i.id = :id and exists (select from price)', /subquery/],
  ['select id from (select id from item) i where id = :id', /one table alone/],
  ['with item as (select 1 as id) select id from item where id = :id', /WITH/],
  ['select i.id from item i where i.id = :id union select 1', /more than one plain SELECT/],
  ['select i.id, count(*) as n from item i where i.id = :id group by i.id', /groups rows/],
  ['select max(i.id) as id from item i where i.id = :id', /aggregates rows/],
  ['select i.id, row_number() over () as n from item i where i.id = :id', /window/],
  ['select distinct i.id from item i where i.id = :id', /DISTINCT/],
  ['select i.id from item i where i.id = :id limit 1', /LIMIT/],
  ['select i.id, now() as at from item i where i.id = :id', /now\(\) gives the time/],
  ['select i.id, current_date as at from item i where i.id = :id', /time/],
  ["select i.id, 'today'::date as at from item i where i.id = :id", /time/],
  ["select i.id, 'price'::regclass as c from item i where i.id = :id", /catalogue/],
  ['select i.id, random() as r from item i where i.id = :id', /differently/],
] as const) {
  test(`not: ${sql}`, () => {
    assert.match(reasonOf(sql) ?? '', reason)
  })
}
