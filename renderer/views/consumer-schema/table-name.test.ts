import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameTable, readTable, showTable } from './table-name.ts'

test('a table is read as it is typed, and shown as it would be typed', () => {
  const read = (text: string) => readTable(text)
  assert.deepEqual(read(' Account '), { name: 'account' })
  assert.deepEqual(read('Sales.account'), { schema: 'sales', name: 'account' })
  assert.deepEqual(read('"Sales Figures"."a.b""c"'), { schema: 'Sales Figures', name: 'a.b"c' })
  assert.deepEqual([read(''), read('a b'), read('a.'), read('"open')], [undefined, undefined, undefined, undefined])
  for (const name of ['account', 'sales.account', '"Sales Figures"."a.b""c"', '"ä"'])
    assert.equal(showTable(readTable(name) ?? { name: '' }), name)
})

test('public is where a table is that says no schema', () => {
  assert.equal(isSameTable({ name: 'a' }, { schema: 'public', name: 'a' }), true)
  assert.equal(isSameTable({ name: 'a' }, { schema: 'sales', name: 'a' }), false)
})
