import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTable, showTable, writtenTable } from './table-name.ts'

test('a table is read as it is typed, and shown as it would be typed', () => {
  const read = (text: string) => readTable(text)
  assert.deepEqual(read(' Account '), { name: 'account' })
  assert.deepEqual(read('Sales.account'), { schema: 'sales', name: 'account' })
  assert.deepEqual(read('"Sales Figures"."a.b""c"'), { schema: 'Sales Figures', name: 'a.b"c' })
  assert.deepEqual([read(''), read('a b'), read('a.'), read('"open')], [undefined, undefined, undefined, undefined])
  for (const name of ['account', 'sales.account', '"Sales Figures"."a.b""c"', '"ä"'])
    assert.equal(showTable(readTable(name) ?? { name: '' }), name)
})

test('what a statement writes is read off its beginning', () => {
  const written = (sql: string) => {
    const table = writtenTable(sql)
    return table === undefined ? undefined : showTable(table)
  }
  assert.equal(written('-- one\ninsert into Sales."My Table" (id) values (:id)'), 'sales."My Table"')
  assert.equal(written('/* two */ update only_this set a = :a'), 'only_this')
  assert.equal(written('delete from t where id = :id'), 't')
  assert.equal(written('merge into t using s on true'), 't')
  assert.equal(written('select put(:id)'), undefined)
  assert.equal(written(''), undefined)
})
