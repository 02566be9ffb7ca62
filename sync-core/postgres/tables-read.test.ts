import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasStar } from './tables-read.ts'

test('a star means all columns, wherever a row may stand; a count and a product do not', () => {
  for (const sql of [
    'select * from a',
    'select *, 1 from a',
    'select a.* from a',
    'select to_jsonb(a.*) from a',
    'select (a . *)::text from a',
  ]) {
    assert.ok(hasStar(sql), sql)
  }
  for (const sql of ['select count(*) from a', 'select a.x * a.y from a', 'select 2 *a.x from a']) {
    assert.ok(!hasStar(sql), sql)
  }
})
