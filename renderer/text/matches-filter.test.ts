import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyValues, matchesFilter } from './matches-filter.ts'

const row = {
  offset: 7,
  schema: 'shop/orders@1',
  operation: 'update',
  key: '[9007199254740993,"LIS"]',
  changed: [],
  size: 1,
  epoch: 1,
  receivedAt: 1_000,
  kind: 'live',
} as const
const matches = (filter: Parameters<typeof matchesFilter>[1]) => matchesFilter({ ...row, changed: [] }, filter)

test('every part must hold', () => {
  assert.equal(matches({}), true)
  assert.equal(matches({ schemas: ['shop/orders@1'], operations: ['update'], since: 1_000, until: 1_001 }), true)
  assert.equal(matches({ schemas: ['other'] }), false)
  assert.equal(matches({ operations: ['insert'] }), false)
  assert.equal(matches({ since: 1_001 }), false)
  assert.equal(matches({ until: 1_000 }), false)
})

test('a key is found by any of its values, large numbers digit by digit', () => {
  assert.deepEqual(keyValues(row.key), ['9007199254740993', 'LIS'])
  assert.equal(matches({ key: '9007199254740993' }), true)
  assert.equal(matches({ key: '9007199254740992' }), false)
  assert.equal(matches({ key: 'LIS' }), true)
})

test('a row alone cannot say whether its text has a word', () => {
  assert.equal(matches({ text: 'x' }), undefined)
  assert.equal(matches({ text: 'x', operations: ['insert'] }), false)
})
