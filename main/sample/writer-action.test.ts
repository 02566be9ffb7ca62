import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseAction, fewestAccounts, mostAccounts } from './writer-action.ts'

test('between the bounds every action has its share', () => {
  const counts: Record<string, number> = {}
  for (let percent = 0; percent < 100; percent += 1) {
    const action = chooseAction(400, percent / 100)
    counts[action] = (counts[action] ?? 0) + 1
  }
  assert.deepEqual(counts, {
    rename: 45,
    'add-account': 14,
    'add-email': 12,
    'move-email': 11,
    'delete-account': 10,
    'remove-email': 8,
  })
})

test('at its bounds the number of accounts turns round, whatever the dice say', () => {
  for (const dice of [0, 0.5, 0.999]) {
    assert.equal(chooseAction(fewestAccounts, dice), 'add-account')
    assert.equal(chooseAction(mostAccounts, dice), 'delete-account')
  }
})
