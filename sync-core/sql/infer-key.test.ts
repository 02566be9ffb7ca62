import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inferKey } from './infer-key.ts'

const inferred: readonly (readonly [sql: string, key: readonly string[] | undefined])[] = [
  ['select a.id, a.name from account a where a.id = :id', ['id']],
  ['select a.id, a.name from account a where :id = a.id', ['id']],
  ['select id as "accountId", name from account where id = :id', ['accountId']],
  ['select account.id from sales.account where sales.account.id = :id', ['id']],
  ['select a.id from account a where a.id = $1', ['id']],
  ['select a.id from account a where a.id = :id::bigint', ['id']],
  ['select a.id from account a where a.id = :id and a.active', ['id']],
  ['select a.id from account a where a.id = :id and (a.x or a.y)', ['id']],
  ['select a.id, t.no from account a join t on t.a = a.id where (a.id = :a and t.no = :no)', ['id', 'no']],
  ['select a.id, count(*) as n from account a join e on e.a = a.id where a.id = :account_id group by a.id', ['id']],
  ['select a.*, 1 as one from account a where a.id = :id', ['id']],
  ['select * from account where id = :id', ['id']],
  ['with x as (select 1) select a.id from account a, x where a.id = :id', ['id']],
  ['select a.id, a.id as again from account a where a.id = :id', ['id']],
  ['select a.id from account a where a.id operator(pg_catalog.=) :id', ['id']],
  ['select a.name from account a where a.id = :id', undefined],
  ['select a.id + 0 as id from account a where a.id = :id', undefined],
  ['select a.id from account a where a.tenant = :tenant and a.id = :id', undefined],
  ['select a.id from account a where a.id = :id or a.parent = :id', undefined],
  ['select a.id from account a where a.id > :id', undefined],
  ['select a.id from account a where a.id in (:id)', undefined],
  ['select a.id from account a where a.id operator(mine.=) :id', undefined],
  ['select a.id from account a where not (a.id = :id)', undefined],
  ['select a.id from account a where a.id = 7', undefined],
  ['select a.id from account a', undefined],
  ['select a.id from account a, b where id = :id', undefined],
  ['select * from account a join b on b.x = a.x where a.id = :id', undefined],
  ['select a.x from account as a(x, y) where a.x = :id', undefined],
  ['select a.id from account a where a.id = :id union all select b.id from b where b.id = :id', undefined],
  ['select a.id, count(*) from account a where a.id = :id group by rollup (a.id)', undefined],
  ['select q.id from (select id from account where id = :id) q', undefined],
  ['delete from account a where a.id = :id returning a.id', undefined],
]

for (const [sql, key] of inferred) {
  test(`the key of ${sql}`, () => assert.deepEqual(inferKey(sql)?.outputColumns, key))
}

test('a pin says which column of which table is compared with what', () => {
  const key = inferKey('select acc.id as "accountId" from account acc where acc.id = :account_id')
  assert.equal(key?.tableAlias, 'acc')
  assert.deepEqual(
    key?.pins.map((pin) => [pin.outputColumn, pin.sourceColumn, pin.from.table?.name, pin.placeholder.name, pin.cast]),
    [['accountId', 'id', 'account', 'account_id', false]],
  )
})
