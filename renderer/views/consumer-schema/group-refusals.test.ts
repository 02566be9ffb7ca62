import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupRefusals, type Refusal } from './group-refusals.ts'

const refusal = (event: number, constraint: string): Refusal => ({
  event,
  constraint,
  message: 'Null value',
  hint: 'Give it one.',
  sqlstate: '23502',
  waitsBehind: false,
})

test('what is refused in the same words is one group, wherever it stands among the others', () => {
  const groups = groupRefusals([refusal(0, 'a'), refusal(1, 'b'), refusal(2, 'a'), refusal(5, 'a')])
  assert.deepEqual(
    groups.map(({ refusal: { constraint }, events }) => [constraint, events]),
    [
      ['a', [0, 2, 5]],
      ['b', [1]],
    ],
  )
})

test('an event that waits is told apart from one that is refused', () => {
  const waits = { ...refusal(1, 'a'), waitsBehind: true }
  assert.equal(groupRefusals([refusal(0, 'a'), waits]).length, 2)
})
