import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import { arrivalOf, arrivalSummary } from './who-has-it.ts'

const consumer = (offset: number, state: ConsumerStatus['state'] = 'streaming', deadLetters = 0): ConsumerStatus => ({
  id: 'm/c',
  name: 'c',
  manifest: 'm',
  publicSchema: 'm/p@1',
  destination: 'm/d',
  state,
  failure: undefined,
  retryAt: undefined,
  offset,
  head: 10,
  pending: 0,
  deadLetters,
  held: 0,
  lagMs: 0,
  latencyMs: undefined,
  rowsApplied: 0,
  lastAppliedAt: undefined,
})
const words = (...consumers: ConsumerStatus[]) => arrivalSummary({ offset: 5 }, consumers)?.word

test('one consumer says it in a word', () => {
  assert.deepEqual(
    [
      words(consumer(5)),
      words(consumer(4)),
      words(consumer(4, 'retrying')),
      words(consumer(4, 'paused')),
      words(consumer(4, 'halted')),
    ],
    ['Applied', 'Waiting', 'Retrying', 'Paused', 'Halted'],
  )
})

test('several say how many, with the worst shape', () => {
  assert.equal(words(consumer(5), consumer(9)), '2 of 2 applied')
  assert.deepEqual(arrivalSummary({ offset: 5 }, [consumer(9), consumer(4), consumer(4, 'halted')]), {
    glyph: 'failed',
    word: '1 of 3 applied',
  })
})

test('nobody reads it', () => {
  assert.equal(words(), undefined)
})

test('where there are dead letters it does not claim to know', () => {
  assert.match(arrivalOf(5, consumer(9, 'streaming', 7)).note ?? '', /may be one of them/)
})
