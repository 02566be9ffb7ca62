import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSql } from './parse.ts'
import { SqlError } from './sql-problem.ts'

const refused: readonly (readonly [sql: string, message: string, position: number])[] = [
  ['', 'The SQL is empty', 1],
  [' -- only a comment', 'The SQL is empty', 1],
  [';;', 'The SQL is empty', 1],
  ['select 1; select 2', 'There are several statements: write one', 11],
  ['select :a; select :b', 'There are several statements: write one', 12],
  ['select :a, $1', 'The SQL mixes :name and $n: use one of them', 12],
  ['select $1, :a', 'The SQL mixes :name and $n: use one of them', 12],
  ['select $0', 'There is no such placeholder: the first column is $1', 8],
  ['select * frm t', 'syntax error at or near "frm"', 10],
  ['select :long_name, :x frm t where', 'syntax error at or near "t"', 27],
  ["select '😀ä', :name from from t", 'syntax error at or near "from"', 26],
  ["select 'open", 'unterminated quoted string at or near "\'open"', 8],
  ['select (1', 'syntax error at end of input', 10],
  ['select a\0b', 'The SQL holds a NUL character', 9],
  ['select 1 /* open', 'unterminated /* comment at or near "/* open"', 10],
]

for (const [sql, message, position] of refused) {
  test(`${JSON.stringify(sql)} is refused with its position`, () => {
    assert.throws(
      () => parseSql(sql),
      (error) => {
        assert.ok(error instanceof SqlError)
        assert.deepEqual([error.message, error.position], [message, position])
        return true
      },
    )
  })
}

test('one name used twice is one parameter', () => {
  const parsed = parseSql('select :b, :a, :b')
  assert.deepEqual(
    [parsed.placeholderOf(1)?.name, parsed.placeholderOf(2)?.name, parsed.placeholderOf(3)],
    ['b', 'a', undefined],
  )
})

test('$n keep their own numbers', () => {
  const parsed = parseSql('select $3, $1')
  assert.deepEqual([parsed.placeholderOf(1)?.index, parsed.placeholderOf(2)?.index], [3, 1])
})

test('text nested too deeply is refused before the grammar, which goes on working', () => {
  const deep = [
    `select 1${'+1'.repeat(50_000)}`,
    `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    `select ${'(select '.repeat(5_000)}1${')'.repeat(5_000)}`,
    `select ${'not '.repeat(20_000)}true`,
  ]
  for (const sql of deep)
    assert.throws(() => parseSql(sql), { name: 'SqlError', message: 'The SQL is nested too deeply' })
  for (let place = 0; place < 100; place++) {
    assert.throws(() => parseSql(`select ${'(select '.repeat(1_400)}1${')'.repeat(1_399)}`), { name: 'SqlError' })
  }
  assert.ok('SelectStmt' in parseSql('select 1').statement)
})

test('wide text is not nested', () => {
  const columns = Array.from({ length: 1_600 }, (_, place) => `coalesce(a.c${place}, 'x') as c${place}`)
  assert.ok('SelectStmt' in parseSql(`select ${columns.join(', ')} from a where a.id = :id`).statement)
})
