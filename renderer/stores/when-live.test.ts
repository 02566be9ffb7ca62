import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EngineState, WorkspaceView } from '../../main/contract/contract.ts'
import type { ConsumerStatus, EngineStatus } from '../../sync-core/domain/status.ts'
import { consumerStatus, engineStatus } from '../../sync-core/testing/sample-status.ts'
import { outcomeOf } from './when-live.ts'

const summary = { path: '/w/rejot-manifest.json', name: 'w', folder: '/w', sample: false, openedAt: 0 }
const workspace: WorkspaceView = {
  summary,
  manifests: [],
  connections: [],
  publicSchemas: [],
  consumers: [
    {
      id: 'w/copy',
      name: 'copy',
      manifest: 'w',
      publicSchema: 'w/orders@1',
      destination: 'w/db',
      sql: 'select 1',
    },
  ],
  teams: [],
  problems: [],
}
const status = (patch: Partial<ConsumerStatus>, startedAt = 200): EngineStatus =>
  engineStatus({ startedAt, consumers: [consumerStatus({ id: 'w/copy', ...patch })] })
const failure = {
  kind: 'table-missing',
  policy: 'halt',
  object: 'copy',
  message: 'Cannot write',
  solution: 'Make it',
} as const
const outcome = (engine: EngineState, now: EngineStatus | undefined) =>
  outcomeOf({ workspace, engine, status: now }, { object: 'consumer:w/copy', at: 100 })
const running: EngineState = { state: 'running' }

test('nothing runs that it could be live in', () => {
  assert.deepEqual(outcome({ state: 'idle' }, undefined), { failure: undefined })
})

test('an engine that begins is waited for, and so is what only begins in it', () => {
  assert.equal(outcome({ state: 'starting' }, undefined), undefined)
  assert.equal(outcome(running, undefined), undefined)
  assert.equal(outcome(running, status({ state: 'connecting' })), undefined)
  assert.equal(outcome(running, { ...status({}), consumers: [] }), undefined)
})

test('what the engine before it said is not taken for an answer', () => {
  assert.equal(outcome(running, status({}, 99)), undefined)
  assert.deepEqual(outcome(running, status({}, 100)), { failure: undefined })
})

test('why it is not live is said in the engine’s own words', () => {
  const said = { failure: { message: 'Cannot write', solution: 'Make it' } }
  assert.deepEqual(outcome(running, status({ state: 'halted', failure })), said)
  assert.deepEqual(outcome({ state: 'failed', message: 'Cannot start', solution: 'Look' }, undefined), {
    failure: { message: 'Cannot start', solution: 'Look' },
  })
})
