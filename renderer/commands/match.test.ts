import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchCommand } from './match.ts'

test('every word must occur', () => {
  assert.equal(matchCommand('Open Folder', 'open xyz'), 0)
  assert.ok(matchCommand('Open Folder', 'fold open') > 0)
})

test('letters that are merely scattered are no match', () => {
  assert.equal(matchCommand('accounts-db', 'ord', ['connection database harbor']), 0)
})

test('the beginning of the title goes before a word, a word before its middle, that before other words', () => {
  const scores = [
    matchCommand('orders', 'ord'),
    matchCommand('crm-orders', 'ord'),
    matchCommand('keyboard', 'oard'),
    matchCommand('Pause', 'ord', ['order']),
  ]
  assert.deepEqual(
    [...scores].sort((a, b) => b - a),
    scores,
  )
  assert.equal(new Set(scores).size, 4)
})

test('nothing typed shows everything', () => {
  assert.equal(matchCommand('Anything', ''), 1)
})

test('marks are looked for as they are', () => {
  assert.ok(matchCommand('@harbor/crm (2.0)', '@harbor/crm (2.0)') > 0)
})
