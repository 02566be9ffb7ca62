import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerState, EngineStatus } from '../../sync-core/domain/status.ts'
import { consumerStatus, engineStatus } from '../../sync-core/testing/sample-status.ts'
import { summarizeSync } from './sync-summary.ts'

const status = (states: readonly ConsumerState[]): EngineStatus =>
  engineStatus({
    consumers: states.map((state, index) => consumerStatus({ id: String(index), state, latencyMs: 10 + index })),
  })
const word = (states: readonly ConsumerState[]) => summarizeSync({ state: 'running' }, status(states)).word

test('the worst stands first', () => {
  assert.equal(word(['streaming', 'retrying', 'halted', 'halted']), '2 halted')
  assert.equal(word(['streaming', 'retrying', 'connecting']), '1 retrying')
  assert.equal(word(['streaming', 'connecting', 'catching-up']), 'Connecting')
  assert.equal(word(['streaming', 'catching-up']), 'Catching up')
  assert.equal(word(['streaming', 'paused']), 'Live')
  assert.equal(word(['paused', 'paused']), 'Paused')
})

test('the lag is the largest of those that stream', () => {
  assert.equal(summarizeSync({ state: 'running' }, status(['streaming', 'streaming', 'paused'])).lagMs, 11)
})

test('an engine that does not run says so whatever was known before', () => {
  assert.equal(summarizeSync({ state: 'idle' }, status(['streaming'])).word, 'Stopped')
  assert.equal(summarizeSync({ state: 'failed' }, status(['streaming'])).word, 'Engine failed')
  assert.equal(summarizeSync({ state: 'running' }, undefined).word, 'Starting')
})
