import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sqlTokens } from './sql-tokens.ts'

const typed = (sql: string, type: string) =>
  sqlTokens(sql).flatMap((token) => (token.type === type ? [token.text] : []))

test('nothing of the text is lost', () => {
  const sql = `select a.id, 'it''s', $1::int, $$ body $$ -- end\nfrom "my table" a where x = :id /* open`
  assert.equal(
    sqlTokens(sql)
      .map(({ text }) => text)
      .join(''),
    sql,
  )
})

test('a placeholder is no cast, and nothing within a string or a comment', () => {
  assert.deepEqual(typed(`select :a::text, ':b', $2 -- :c`, 'placeholder'), [':a', '$2'])
})

test('keywords, whatever their case; quoted names are none', () => {
  assert.deepEqual(typed(`SELECT "select" from t`, 'keyword'), ['SELECT', 'from'])
})
