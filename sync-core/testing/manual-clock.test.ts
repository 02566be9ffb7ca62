import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createManualClock } from './manual-clock.ts'

test('time moves only when it is moved', () => {
  const clock = createManualClock(1_000)
  clock.advance(250)
  assert.equal(clock.now(), 1_250)
  assert.equal(clock.monotonicMs(), 250)
})

test('sleeps end in the order of their ends, and not a millisecond early', async () => {
  const clock = createManualClock()
  const ended: string[] = []
  const sleeps = [clock.sleep(20).then(() => ended.push('late')), clock.sleep(10).then(() => ended.push('early'))]
  await clock.whenSleeping(2)
  clock.advance(9)
  assert.deepEqual(clock.remainingMs(), [11, 1])
  clock.advance(11)
  await Promise.all(sleeps)
  assert.deepEqual(ended, ['early', 'late'])
})

test('an abort ends a sleep, before and during it', async () => {
  const clock = createManualClock()
  const abort = new AbortController()
  const sleep = clock.sleep(10, abort.signal)
  abort.abort()
  await sleep
  await clock.sleep(10, abort.signal)
  assert.deepEqual(clock.remainingMs(), [])
})

test('whenSleeping waits for a sleep that begins later', async () => {
  const clock = createManualClock()
  const signal = clock.whenSleeping()
  const sleep = clock.sleep(5)
  await signal
  clock.advance(5)
  await sleep
})
