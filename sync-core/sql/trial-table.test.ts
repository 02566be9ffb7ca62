import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trialTable } from './trial-table.ts'

const statements = (text: string) => trialTable(text)?.statements.map((one) => one.trim())

test('a table that is to be made is tried as a temporary one, with its indexes and nothing else', () => {
  assert.deepEqual(
    statements('-- über\ncreate table "Ä" (id int); create index on "Ä" (id); grant select on "Ä" to x'),
    ['create temporary table "Ä" (id int)', 'create index on "Ä" (id)'],
  )
  assert.deepEqual(statements('CREATE UNLOGGED TABLE t (id int)'), ['CREATE temporary TABLE t (id int)'])
  assert.deepEqual(statements('create temp table t (id int)'), ['create temp table t (id int)'])
})

test('there is none for a table of a named schema, nor where no table is made', () => {
  assert.equal(trialTable('create table sales.t (id int)'), undefined)
  assert.equal(trialTable('drop table t'), undefined)
  assert.throws(() => trialTable('create tabel t (id int)'), /syntax error/)
})
