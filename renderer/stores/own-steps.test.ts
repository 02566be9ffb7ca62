import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionView, WorkspaceView } from '../../main/contract/contract.ts'
import { showsSteps, stepsDone } from './own-steps.ts'

const summary = { path: '/w/rejot-manifest.json', name: 'w', folder: '/w', sample: false, openedAt: 0 }
const empty: WorkspaceView = {
  summary,
  manifests: [{ slug: 'w', path: summary.path }],
  connections: [],
  publicSchemas: [],
  consumers: [],
  teams: [],
  problems: [],
}
const destination: ConnectionView = {
  id: 'w/crm-db',
  slug: 'crm-db',
  manifest: 'w',
  engine: 'postgres',
  host: 'h',
  port: 1,
  user: 'u',
  database: 'd',
  hasPassword: false,
  password: 'none',
  role: 'unused',
}
const source: ConnectionView = {
  ...destination,
  id: 'w/shop-db',
  slug: 'shop-db',
  replication: { slotName: 's', publicationName: 'p' },
}
const done = (connections: readonly ConnectionView[]) => [
  ...stepsDone({ ...empty, connections: [...connections] }, undefined),
]

test('a database is a source once rows can be read from it, and another one is the destination', () => {
  assert.deepEqual(done([]), [])
  assert.deepEqual(done([source]), ['source'])
  assert.deepEqual(done([destination]), ['destination'])
  assert.deepEqual(done([source, destination]), ['source', 'destination'])
  // The second one that rows could be read from is not the first.
  assert.deepEqual(done([source, { ...source, id: 'w/x', slug: 'x' }]), ['source', 'destination'])
  assert.deepEqual(done([{ ...source, role: 'both' }]), ['source', 'destination'])
})

test('the list stands in a workspace that began empty, until all is done or it is put away, and comes when called', () => {
  assert.equal(showsSteps(empty, undefined), false)
  assert.equal(showsSteps(empty, { beganEmpty: true }), true)
  assert.equal(showsSteps(empty, { beganEmpty: true, shown: false }), false)
  assert.equal(showsSteps(empty, { shown: true }), true)
})
