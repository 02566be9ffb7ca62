import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createHistory, ratePerSecond } from './history.ts'

test('it keeps the last seconds in their order', () => {
  const history = createHistory(3)
  assert.deepEqual([history.rates(), history.lastRate()], [[], 0])
  for (const rate of [1, 2, 3, 4, 5]) history.push(rate, rate * 10)
  assert.deepEqual(history.rates(), [3, 4, 5])
  assert.deepEqual(history.lags(), [30, 40, 50])
  assert.deepEqual([history.length, history.lastRate()], [3, 5])
})

test('a rate is the difference over the time', () => {
  assert.equal(ratePerSecond(100, 150, 500), 100)
})

test('a counter that fell began anew, and no time gives no rate', () => {
  assert.equal(ratePerSecond(100, 10, 1_000), 0)
  assert.equal(ratePerSecond(100, 150, 0), 0)
})
