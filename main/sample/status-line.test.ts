import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerStatus, EngineStatus, PublicSchemaStatus, SourceStatus } from '../../sync-core/domain/status.ts'
import { statusLine } from './status-line.ts'

test('adds up what was captured and applied, and shows the greatest lag', () => {
  const status = engine({
    sources: [source({ rowChanges: 1_200 }), source({ rowChanges: 34 })],
    publicSchemas: [schema(500), schema(35)],
    consumers: [consumer({ rowsApplied: 530, lagMs: 1.4 }), consumer({ rowsApplied: 2, lagMs: 7.6 })],
  })
  assert.equal(
    statusLine(status, '12:00:00'),
    '12:00:00   rows captured 1,234   events 535   rows applied 532   lag 8 ms',
  )
})

test('names whoever does not stream', () => {
  const status = engine({ sources: [source({ state: 'backfilling' })], consumers: [consumer({ state: 'retrying' })] })
  assert.equal(
    statusLine(status, '12:00:00'),
    '12:00:00   rows captured 0   events 0   rows applied 0   lag 0 ms   accounts-db backfilling   consume-account retrying',
  )
})

function engine(parts: Partial<EngineStatus>): EngineStatus {
  return {
    at: 0,
    startedAt: 0,
    state: 'running',
    sources: [],
    publicSchemas: [],
    consumers: [],
    destinations: [],
    store: { events: 0, bytes: 0, closings: 0, heldFor: [] },
    ...parts,
  }
}

function source(parts: Partial<SourceStatus>): SourceStatus {
  return {
    id: 'sample/accounts-db',
    slug: 'accounts-db',
    manifest: 'sample',
    state: 'streaming',
    failure: undefined,
    retryAt: undefined,
    receivedLsn: undefined,
    confirmedLsn: undefined,
    retainedBytes: undefined,
    lagMs: 0,
    rowChanges: 0,
    serverVersion: undefined,
    ...parts,
  }
}

function schema(events: number): PublicSchemaStatus {
  return {
    id: 'sample/publish-account@1',
    name: 'publish-account',
    manifest: 'sample',
    version: '1.0',
    source: 'sample/accounts-db',
    events,
    backfill: { state: 'done', generation: 1, rowsDone: 0, rowsEstimated: 0 },
  }
}

function consumer(parts: Partial<ConsumerStatus>): ConsumerStatus {
  return {
    id: 'sample/consume-account',
    name: 'consume-account',
    manifest: 'sample',
    publicSchema: 'sample/publish-account@1',
    destination: 'sample/billing-db',
    state: 'streaming',
    failure: undefined,
    retryAt: undefined,
    offset: 0,
    head: 0,
    pending: 0,
    deadLetters: 0,
    held: 0,
    lagMs: 0,
    latencyMs: undefined,
    rowsApplied: 0,
    lastAppliedAt: undefined,
    ...parts,
  }
}
