import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { systemClock } from './system-clock.ts'

test('a sleep ends by itself and leaves no listener on its signal', async () => {
  const { signal } = new AbortController()
  await systemClock.sleep(1, signal)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('an abort ends a sleep at once and leaves neither timer nor listener', async () => {
  const controller = new AbortController()
  const timersBefore = activeTimers()
  const asleep = systemClock.sleep(3_600_000, controller.signal)
  assert.equal(activeTimers(), timersBefore + 1)
  controller.abort()
  await asleep
  assert.equal(activeTimers(), timersBefore)
  assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
})

test('a signal that was aborted before starts no sleep', async () => {
  const timersBefore = activeTimers()
  const asleep = systemClock.sleep(3_600_000, AbortSignal.abort())
  assert.equal(activeTimers(), timersBefore)
  await asleep
})

test('a sleep of a year is not cut to nothing by the timer it stands on', async () => {
  const controller = new AbortController()
  let awake = false
  const asleep = systemClock.sleep(365 * 86_400_000, controller.signal).then(() => {
    awake = true
  })
  await systemClock.sleep(5)
  assert.equal(awake, false)
  controller.abort()
  await asleep
})

test('monotonic time never goes back', () => {
  const first = systemClock.monotonicMs()
  assert.ok(systemClock.monotonicMs() >= first)
})

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}
