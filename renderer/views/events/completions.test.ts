import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completionsFor } from './completions.ts'

const schemas = [
  { name: 'orders', events: 1_204 },
  { name: 'order-lines', events: undefined },
  { name: 'two words', events: 1 },
]
const drafts = (draft: string) => completionsFor(draft, schemas).map((completion) => completion.draft)

test('keys come first', () => {
  assert.deepEqual(drafts(''), ['schema:', 'op:', 'key:', 'text:', 'since:', 'until:'])
  assert.deepEqual(drafts('s'), ['schema:', 'since:'])
})

test('then values, of several the last', () => {
  assert.deepEqual(drafts('schema:order'), ['schema:orders', 'schema:order-lines'])
  assert.deepEqual(drafts('schema:orders,lin'), ['schema:orders,order-lines'])
  assert.deepEqual(drafts('op:d'), ['op:update', 'op:delete'])
})

test('a value with a space is quoted', () => {
  assert.deepEqual(drafts('schema:two'), ['schema:"two words"'])
})

test('a value that is already whole is not offered again', () => {
  assert.deepEqual(drafts('op:delete'), [])
})
