import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkConsumerSql } from './check-consumer-sql.ts'

const kinds: readonly (readonly [
  sql: string,
  kind: string | undefined,
  returning: boolean,
  target: string | undefined,
])[] = [
  ['insert into t (id) values (:id) on conflict (id) do nothing', 'insert', false, 't'],
  ['insert into s.t values (:id) returning id', 'insert', true, 't'],
  ['update "T" set n = :id', 'update', false, 'T'],
  ['delete from t where id = :id', 'delete', false, 't'],
  ['merge into t using (select :id as id) s on t.id = s.id when matched then delete', 'merge', false, 't'],
  ['with x as (select 1) insert into t select * from x', 'insert', false, 't'],
  ['select write_account(:id)', 'select', false, undefined],
]

for (const [sql, kind, returning, target] of kinds) {
  test(`what ${sql} is`, () => {
    const { statement, problems } = checkConsumerSql(sql, ['id'])
    assert.deepEqual(problems, [])
    assert.deepEqual([statement?.kind, statement?.returning, statement?.target?.name], [kind, returning, target])
  })
}

const wrong: readonly (readonly [sql: string, problems: readonly string[]])[] = [
  ['truncate t', ['1 The SQL of a consumer schema is one INSERT, UPDATE, DELETE, MERGE or SELECT']],
  ['create table t (a int)', ['1 The SQL of a consumer schema is one INSERT, UPDATE, DELETE, MERGE or SELECT']],
  ['select 1 into t', ['1 The SQL of a consumer schema is one INSERT, UPDATE, DELETE, MERGE or SELECT']],
  ['delete from t; delete from u', ['16 There are several statements: write one']],
  ['delete from t where id = :Id', ['26 :Id is no column of the public schema, which has id, name']],
  ['insert into t values ($1, $3)', ['27 $3 is no column of the public schema, which has id, name']],
  ['insert into t values (:id', ['26 syntax error at end of input']],
]

for (const [sql, problems] of wrong) {
  test(`problems of ${sql}`, () => {
    const told = checkConsumerSql(sql, ['id', 'name']).problems.map(({ position, message }) => `${position} ${message}`)
    assert.deepEqual(told, problems)
  })
}

test('columns that are used are told, $n by the name it stands for', () => {
  assert.deepEqual(checkConsumerSql('insert into t values ($2, $1, $2)', ['id', 'name']).statement?.columns, [
    'name',
    'id',
  ])
  assert.deepEqual(checkConsumerSql('insert into t values (:x, :y)', undefined).statement?.columns, ['x', 'y'])
})
