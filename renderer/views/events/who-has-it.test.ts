import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerStatus } from '../../../sync-core/domain/status.ts'
import { consumerStatus } from '../../../sync-core/testing/sample-status.ts'
import { arrivalOf, arrivalSummary } from './who-has-it.ts'

const consumer = (offset: number, state: ConsumerStatus['state'] = 'streaming', deadLetters = 0): ConsumerStatus =>
  consumerStatus({ offset, head: 10, state, deadLetters })
const event = { offset: 5, receivedAt: 1_000 }
const words = (...consumers: ConsumerStatus[]) => arrivalSummary(event, consumers, 2_000)?.word

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
  assert.deepEqual(arrivalSummary(event, [consumer(9), consumer(4), consumer(4, 'halted')], 2_000), {
    glyph: 'failed',
    word: '1 of 3 applied',
  })
})

test('a status from before the event does not say that it waits', () => {
  assert.equal(arrivalOf(event, consumer(4), 900).word, 'Stored')
  assert.equal(arrivalOf(event, consumer(4, 'paused'), 900).word, 'Paused')
  assert.equal(arrivalSummary(event, [consumer(4)], 900)?.word, 'Stored')
})

test('nobody reads it', () => {
  assert.equal(words(), undefined)
})

test('where there are dead letters it does not claim to know', () => {
  assert.match(arrivalOf(event, consumer(9, 'streaming', 7), 2_000).note ?? '', /may be one of them/)
})
