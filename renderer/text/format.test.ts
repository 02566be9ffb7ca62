import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, formatCompact, formatCount, formatPlural, formatRate } from './format-number.ts'
import { formatAge, formatClock, formatDuration, formatSpan, readWallTime, wallTime, zoneName } from './format-time.ts'

test('counts are grouped, and compact ones have three digits', () => {
  assert.equal(formatCount(12_408_117), '12,408,117')
  assert.deepEqual([0, 86, 999, 1_204, 98_765, 999_499, 999_500, 12_408_117].map(formatCompact), [
    '0',
    '86',
    '999',
    '1.2k',
    '98.8k',
    '999k',
    '1M',
    '12.4M',
  ])
})

test('rates', () => {
  assert.deepEqual([0, 0.04, 4.12, 9.96, 311.7, 1_204].map(formatRate), [
    '0/s',
    '<0.1/s',
    '4.1/s',
    '10/s',
    '312/s',
    '1.2k/s',
  ])
})

test('bytes count in 1,024 and never show four digits', () => {
  assert.deepEqual([0, 441, 1_000, 64 * 1024 ** 2, 1.8 * 1024 ** 3].map(formatBytes), [
    '0 B',
    '441 B',
    '1 kB',
    '64 MB',
    '1.8 GB',
  ])
})

test('one and many', () => {
  assert.deepEqual([formatPlural(1, 'event'), formatPlural(1_000, 'event')], ['1 event', '1,000 events'])
})

test('durations and spans', () => {
  assert.deepEqual([0, 0.42, 38.2, 999.7, 1_240, 140_000].map(formatDuration), [
    '0 ms',
    '0.4 ms',
    '38 ms',
    '1 s',
    '1.2 s',
    '2 min 20 s',
  ])
  assert.deepEqual([0, 12_000, 140_000, (6 * 24 + 4) * 3_600_000].map(formatSpan), [
    '0 s',
    '12 s',
    '2 min 20 s',
    '6 d 4 h',
  ])
  assert.deepEqual([400, 42_000].map(formatAge), ['0.4 s', '42 s'])
})

test('the clock has milliseconds and obeys the zone', () => {
  assert.equal(formatClock(Date.UTC(2026, 10, 21, 14, 3, 20, 7), 'utc'), '14:03:20.007')
  assert.equal(zoneName(0, 'utc'), 'UTC')
})

test('what a field for a time says is read back in the zone that it is shown in', () => {
  const at = Date.UTC(2026, 10, 21, 9, 30, 5)
  assert.equal(wallTime(at, 'utc'), '2026-11-21T09:30:05')
  for (const zone of ['utc', 'local'] as const) {
    assert.equal(readWallTime(wallTime(at, zone), zone), new Date(at).toISOString())
  }
  assert.deepEqual(
    ['', '2026-13-01T00:00'].map((text) => readWallTime(text, 'utc')),
    [undefined, undefined],
  )
})
