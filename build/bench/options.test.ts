import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOptions } from './options.ts'

test('without anything: 500,000 rows, three rounds, no growth', () => {
  const { rows, rounds, growthSizes } = readOptions([])
  assert.deepEqual([rows, rounds, growthSizes], [500_000, 3, []])
})

test('growth goes from 10 thousand over 100 thousand to a million, and with few rows not below the first', () => {
  assert.deepEqual(readOptions(['--growth']).growthSizes, [10_000, 100_000, 1_000_000])
  assert.deepEqual(readOptions(['--growth', '--quick']).growthSizes, [10_000, 40_000])
})

test('what cannot be meant is refused in a sentence', () => {
  assert.throws(() => readOptions(['--rows', '7001']), /--rows is a multiple of 5000, not 7001/)
  assert.throws(() => readOptions(['--rounds', '0']), /--rounds is a whole number from 1 on, not "0"/)
  assert.throws(() => readOptions(['--rows', '1e6']), /--rows is a whole number/)
})
