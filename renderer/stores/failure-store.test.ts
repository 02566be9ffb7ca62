import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFailureStore } from './failure-store.ts'

test('another engine takes away what the one before could not do for a consumer, and nothing else', () => {
  const failures = createFailureStore()
  const failure = { message: 'Cannot ask the engine: its process ended' }
  for (const place of ['consumer:m/c', 'repository', 'connection:m/d'] as const) failures.set(place, failure)
  failures.forgetConsumers()
  assert.deepEqual(failures.store.getState(), { repository: failure, 'connection:m/d': failure })
})
