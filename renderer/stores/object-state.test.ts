import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicSchemaStatus } from '../../sync-core/domain/status.ts'
import { consumerStatus, publicSchemaStatus, sourceStatus } from '../../sync-core/testing/sample-status.ts'
import {
  consumerLagMs,
  consumerState,
  destinationState,
  publicSchemaState,
  readsLabel,
  sourceState,
} from './object-state.ts'

const source = sourceStatus()
const schema = (backfill: PublicSchemaStatus['backfill']) => publicSchemaStatus({ backfill })

test('dead letters show while the consumer goes on, and not in front of what stops it', () => {
  assert.deepEqual(consumerState(consumerStatus({ deadLetters: 7 })), {
    glyph: 'failed',
    word: '7 dead letters',
    deadLetters: 7,
  })
  assert.equal(consumerState(consumerStatus({ deadLetters: 7, held: 0, state: 'paused' })).word, 'Paused')
})

test('a retry says when', () => {
  assert.deepEqual(consumerState(consumerStatus({ state: 'retrying', retryAt: 9 })), {
    glyph: 'retrying',
    word: 'Retrying',
    retryAt: 9,
  })
})

test('a public schema does what its source does, except that it fills', () => {
  const done = { state: 'done', generation: 1, rowsDone: 1, rowsEstimated: 1 } as const
  assert.equal(publicSchemaState(schema(done), source).word, 'Streaming')
  assert.equal(publicSchemaState(schema(done), { ...source, state: 'retrying' }).word, 'Retrying')
  const running = { state: 'running', generation: 1, rowsDone: 43, rowsEstimated: 100 } as const
  assert.deepEqual(publicSchemaState(schema(running), source), {
    glyph: 'backfilling',
    word: 'Backfilling',
    progress: 0.43,
  })
  const failure = {
    kind: 'sql',
    policy: 'halt',
    object: 'orders',
    message: 'Cannot run it',
    solution: 'Mend it.',
  } as const
  assert.deepEqual(publicSchemaState({ ...schema(running), failure }, source), {
    glyph: 'failed',
    word: 'Halted',
    failure,
  })
  const unknown = { state: 'running', generation: 1, rowsDone: 43, rowsEstimated: 0 } as const
  assert.equal(publicSchemaState(schema(unknown), source).progress, undefined)
})

test('a source that streams is live', () => {
  assert.equal(sourceState(source).word, 'Live')
})

test('a destination is live when anyone reaches it', () => {
  assert.equal(destinationState([consumerStatus({ state: 'retrying' }), consumerStatus()]).word, 'Live')
  assert.equal(
    destinationState([consumerStatus({ state: 'paused' }), consumerStatus({ state: 'halted' })]).word,
    'Halted',
  )
  assert.equal(destinationState([]).word, 'Not used')
})

test('lag is what waits, or how long the last took; of one that stands, nothing', () => {
  assert.equal(consumerLagMs(consumerStatus({ lagMs: 0, latencyMs: 5 })), 5)
  assert.equal(consumerLagMs(consumerStatus({ lagMs: 4_000, latencyMs: 5 })), 4_000)
  assert.equal(consumerLagMs(consumerStatus({ state: 'paused', lagMs: 4_000 })), undefined)
})

test('a consumer names what it reads by name and major', () => {
  assert.equal(readsLabel({ publicSchema: '@harbor/shop/orders@2' }), 'orders v2')
})
