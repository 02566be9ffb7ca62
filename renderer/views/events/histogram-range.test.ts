import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barCount, histogramRange } from './histogram-range.ts'

const now = Date.UTC(2026, 10, 21, 14, 3, 7)

test('ten minutes when nothing is said, ending after now', () => {
  const { from, to, firstBar, lastBar } = histogramRange({}, now)
  assert.equal(to - from, 600_000)
  assert.ok(to >= now && to - now < 5_000)
  assert.deepEqual([firstBar, lastBar], [0, barCount - 1])
})

test('a second later the same events stand in the same bars', () => {
  const first = histogramRange({}, now)
  const second = histogramRange({}, now + 1_000)
  assert.equal((second.from - first.from) % ((first.to - first.from) / barCount), 0)
})

test('it goes further back when the filter does, and says which part is meant', () => {
  const { from, firstBar } = histogramRange({ since: now - 3_600_000 }, now)
  assert.ok(from <= now - 3_600_000)
  assert.ok(firstBar > 0 && firstBar < 20)
})
