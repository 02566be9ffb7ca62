import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedColumns } from './changed-columns.ts'

const changed = (before: string | undefined, after: string | undefined) =>
  changedColumns(before, after).flatMap((column) => (column.changed ? [column.column] : []))

test('columns are compared by their text, so that no digit is rounded away', () => {
  assert.deepEqual(changed('{"a":9007199254740993,"b":1}', '{"a":9007199254740992,"b":1}'), ['a'])
})

test('a column that came or went is changed', () => {
  assert.deepEqual(changed('{"a":1,"b":2}', '{"a":1,"c":2}'), ['c', 'b'])
})

test('all columns of a new or removed row are changed', () => {
  assert.deepEqual(changed(undefined, '{"a":1,"b":null}'), ['a', 'b'])
  assert.deepEqual(changed('{"a":1}', undefined), ['a'])
})

test('a payload that is no object has no columns', () => {
  assert.deepEqual(changedColumns('[1]', 'x'), [])
})
