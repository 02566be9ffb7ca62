import assert from 'node:assert/strict'
import { test } from 'node:test'
import { initialLayout, readLayout } from './layout-store.ts'

test('nothing saved gives the layout of the first start', () => {
  assert.deepEqual(readLayout({}), initialLayout)
})

test('what was saved comes back', () => {
  const saved = {
    ...initialLayout,
    view: 'consumer:6f1c',
    tabs: ['events', 'public:0a2b', 'consumer:6f1c'],
    selection: { kind: 'consumer', id: 'crm/x' },
    eventFilter: 'op:update',
    walk: { sample: 5 },
  }
  assert.deepEqual(readLayout(JSON.parse(JSON.stringify(saved))), saved)
})

test('a part that another version wrote is as if it were not there; the rest stays', () => {
  const read = readLayout({ view: 'moon:6f1c', treeWidth: 9_999, overviewMode: 'list', tabs: [] })
  assert.deepEqual(read, { ...initialLayout, overviewMode: 'list' })
})
