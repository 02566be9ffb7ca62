import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordsAt } from './mark-words.ts'

/** The position is where the `^` stands, the words those between the brackets. */
const cases: readonly (readonly [sql: string, position: number, words: string])[] = [
  ['select a.foo from a', 8, 'a.foo'],
  ['select "My table"."First name" from a', 8, '"My table"."First name"'],
  ['select a . foo from a', 8, 'a . foo'],
  ['select id from t where id = :ident and x', 29, ':ident'],
  ['select id from t where id = :ident and x', 31, ':ident'],
  ['select id from t where id = $2', 29, '$2'],
  ["select 'text'::what from t", 16, 'what'],
  ['select id from t where', 23, 'where'],
  ['select id from t where  -- all', 28, 'where'],
  ['select * from t', 8, '*'],
  ['  select 1', 1, 'select'],
  ['', 1, ''],
  ["select '😀', nme from t", 14, 'nme'],
]

for (const [sql, position, words] of cases) {
  test(`${words || 'nothing'} at ${position} of ${sql}`, () => {
    const { from, to } = wordsAt(sql, position)
    assert.equal(sql.slice(from, to), words)
  })
}
