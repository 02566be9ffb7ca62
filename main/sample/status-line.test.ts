import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  consumerStatus,
  engineStatus,
  publicSchemaStatus,
  sourceStatus,
} from '../../sync-core/testing/sample-status.ts'
import { statusLine } from './status-line.ts'

test('adds up what was captured and applied, and shows the greatest lag', () => {
  const status = engineStatus({
    sources: [sourceStatus({ rowChanges: 1_200 }), sourceStatus({ rowChanges: 34 })],
    publicSchemas: [publicSchemaStatus({ events: 500 }), publicSchemaStatus({ events: 35 })],
    consumers: [consumerStatus({ rowsApplied: 530, lagMs: 1.4 }), consumerStatus({ rowsApplied: 2, lagMs: 7.6 })],
  })
  assert.equal(
    statusLine(status, '12:00:00'),
    '12:00:00   rows captured 1,234   events 535   rows applied 532   lag 8 ms',
  )
})

test('names whoever does not stream', () => {
  const status = engineStatus({
    sources: [sourceStatus({ slug: 'accounts-db', state: 'backfilling' })],
    consumers: [consumerStatus({ name: 'consume-account', state: 'retrying' })],
  })
  assert.equal(
    statusLine(status, '12:00:00'),
    '12:00:00   rows captured 0   events 0   rows applied 0   lag 0 ms   accounts-db backfilling   consume-account retrying',
  )
})
