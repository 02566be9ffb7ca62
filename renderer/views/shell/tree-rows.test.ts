import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkspaceView } from '../../../main/contract/contract.ts'
import type { DraftEntry } from '../../stores/draft-entries.ts'
import { treeGroups } from './tree-rows.ts'

const workspace = {
  manifests: [{ slug: 'crm', path: '/crm' }],
  connections: [],
  publicSchemas: [{ id: 'crm/calls@1', name: 'calls', manifest: 'crm', version: '1.2' }],
  consumers: [{ id: 'crm/contacts', name: 'contacts', manifest: 'crm' }],
  teams: [],
} as unknown as WorkspaceView

const draft = (entry: Partial<DraftEntry> & Pick<DraftEntry, 'tab' | 'kind'>): DraftEntry => ({
  schema: undefined,
  manifest: 'crm',
  name: 'new one',
  changed: true,
  ...entry,
})

test('a saved schema shows that it has a draft; what is only a draft has a row of its own, under its kind', () => {
  const drafts = [
    draft({ tab: 'public:a', kind: 'public', schema: 'crm/calls@1' }),
    draft({ tab: 'consumer:b', kind: 'consumer' }),
    draft({ tab: 'consumer:c', kind: 'consumer', schema: 'crm/contacts', changed: false }),
    draft({ tab: 'public:d', kind: 'public', schema: 'crm/gone@1', name: 'gone' }),
    draft({ tab: 'public:e', kind: 'public', manifest: 'elsewhere' }),
  ]
  const [group] = treeGroups(workspace, '', drafts)
  assert.deepEqual(
    group?.rows.map((row) => [row.name, row.draft, row.selection?.id]),
    [
      ['calls', 'public:a', 'crm/calls@1'],
      ['gone', 'public:d', undefined],
      ['contacts', undefined, 'crm/contacts'],
      ['new one', 'consumer:b', undefined],
    ],
  )
  assert.deepEqual(
    treeGroups(workspace, 'NEW', drafts).flatMap(({ rows }) => rows.map(({ name }) => name)),
    ['new one'],
  )
})
