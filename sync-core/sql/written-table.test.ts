import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writtenTable } from './written-table.ts'

const cases: readonly (readonly [string, string | undefined])[] = [
  ['insert into account (id) values (:id)', 'account'],
  ['update sales."Order" set a = :a where id = :id', 'sales.Order'],
  ['delete from account where id = :id', 'account'],
  ['merge into account a using (select :id as id) s on a.id = s.id when matched then delete', 'account'],
  ['select refresh(:id)', undefined],
  ['insert into', undefined],
]

for (const [sql, expected] of cases) {
  test(`${sql} writes ${expected ?? 'no table that its text names'}`, () => {
    const table = writtenTable(sql)
    const shown = table === undefined ? undefined : [table.schema, table.name].filter((part) => part).join('.')
    assert.equal(shown, expected)
  })
}
