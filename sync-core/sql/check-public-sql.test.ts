import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPublicSql } from './check-public-sql.ts'

const cases: readonly (readonly [sql: string, problems: readonly string[]])[] = [
  ['select a.id, a.name from account a where a.id = :id', []],
  ['select * from account where id = :id', []],
  ["select '__rejot_' as a, 'for update' as b", []],
  ['with x as (select 1 as one) select one from x', []],
  ['delete from account', ['1 error The SQL of a public schema is one SELECT, and this is something else']],
  [
    'with x as (delete from a returning *) select * from x',
    ['24 error The SQL of a public schema only reads, and this DELETE writes'],
  ],
  ['select id into b from a', ['16 error SELECT INTO makes a table: leave INTO out']],
  ['select id from a for update', ['18 error FOR UPDATE and its like lock rows of the source: leave it out']],
  ['select a.id, b.id from a, b', ['14 error Two output columns are named id: give one of them another name with AS']],
  ['select 1, 2', ['11 error Two output columns have no name: give each one with AS']],
  [
    'select a.*, 1 as x, 2 as x from a',
    ['21 error Two output columns are named x: give one of them another name with AS'],
  ],
  [
    'select max(a), max(b) from t',
    ['16 error Two output columns are named max: give one of them another name with AS'],
  ],
  ['select __rejot_k.x from t', ['8 error The name __rejot_k is taken: names that begin with __rejot_ are ours']],
  ['select 1 as "__rejot_x"', ['8 error The name __rejot_x is taken: names that begin with __rejot_ are ours']],
  [
    'select id from t where id = :__rejot_id',
    ['29 error The name __rejot_id is taken: names that begin with __rejot_ are ours'],
  ],
  [
    'select id, random() as r from t',
    ['12 error random() answers differently each time, so the same row would be published again and again'],
  ],
  [
    'select id from t where x < now()',
    ['28 warning now() is the time of the look-up: rows are not looked up again when time goes on'],
  ],
  [
    'select id, current_date as d from t',
    ['12 warning current_date is the time of the look-up: rows are not looked up again when time goes on'],
  ],
  ['select id, current_user as u, mine.now() as n from t', []],
  ['select id from t where', ['23 error syntax error at end of input']],
  ['select 1 as a; select 2 as b', ['16 error There are several statements: write one']],
]

for (const [sql, problems] of cases) {
  test(`problems of ${sql}`, () => {
    const told = checkPublicSql(sql).map(({ severity, position, message }) => `${position} ${severity} ${message}`)
    assert.deepEqual(told, problems)
  })
}
