import assert from 'node:assert/strict'
import { truncateSync } from 'node:fs'
import { test } from 'node:test'
import { salvageRows } from './salvage-rows.ts'
import { storePath } from './store-connection.ts'
import { spoilTable } from './testing/spoil-table.ts'
import { endAt, openStore, storeFolder } from './testing/store-folder.ts'

/** 3,000 rows of a few hundred bytes; every tenth was deleted again. */
function leftBehind(t: Parameters<typeof storeFolder>[0]): string {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const keys = Array.from({ length: 3_000 }, (_, i) => `[${i}]`)
  const writer = store.openEpoch('source')
  writer.put(
    'people',
    keys.map((key) => ({ key, payload: `{"v":"${'x'.repeat(300)}"}` })),
  )
  writer.close(endAt(1))
  const later = store.openEpoch('source')
  later.remove(
    'people',
    keys.filter((_, i) => i % 10 === 0),
  )
  later.close(endAt(2))
  store.close()
  return stateDir
}

function salvaged(stateDir: string) {
  const keys = new Set<string>()
  const salvage = salvageRows(storePath(stateDir), (rows) => {
    for (const { schema, key } of rows) {
      assert.equal(schema, 'people')
      keys.add(key)
    }
  })
  return { keys, salvage }
}

test('a log that can be read gives every key, deleted ones too, whatever became of the rest', (t) => {
  const stateDir = leftBehind(t)
  spoilTable(stateDir, 'latest', 'root')
  const { keys, salvage } = salvaged(stateDir)
  assert.equal(keys.size, 3_000)
  assert.equal(salvage.complete, true)
  assert.deepEqual([...salvage.sources], [['people', 'source']])
})

test('a damaged page of the log is stepped over, and said', (t) => {
  const stateDir = leftBehind(t)
  spoilTable(stateDir, 'event', 'middle')
  const { keys, salvage } = salvaged(stateDir)
  assert.ok(keys.size >= 2_950 && keys.size < 3_000, `${keys.size} of 3,000`)
  assert.equal(salvage.complete, false)
})

test('of a file that is cut short, what is left is given; of none, nothing', (t) => {
  const stateDir = leftBehind(t)
  truncateSync(storePath(stateDir), 500_000)
  assert.equal(salvaged(stateDir).salvage.complete, false)
  assert.deepEqual(salvaged(storeFolder(t)).keys.size, 0)
})
