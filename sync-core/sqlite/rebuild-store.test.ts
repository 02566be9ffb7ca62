import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FailureError } from '../domain/failure.ts'
import { openEventStore } from './open-event-store.ts'
import { rebuildStore } from './rebuild-store.ts'
import { spoilTable } from './testing/spoil-table.ts'
import { endAt, openStore, rows, silentLog, storeFolder } from './testing/store-folder.ts'

const script = fileURLToPath(new URL('./testing/rebuild-killed.ts', import.meta.url))
const keys = Array.from({ length: 300 }, (_, place) => String(place))

function damaged(t: Parameters<typeof storeFolder>[0]): string {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const writer = store.openEpoch('source')
  writer.put('people', rows(Object.fromEntries(keys.map((key) => [key, 'x']))))
  writer.close(endAt(1))
  store.close()
  spoilTable(stateDir, 'latest', 'root')
  return stateDir
}

/** What somebody who starts an engine now gets. */
function found(stateDir: string): 'refused' | number {
  try {
    const store = openEventStore({ stateDir, log: silentLog })
    const known = store.lastEvents(
      'people',
      keys.map((key) => `["${key}"]`),
      store.head('source'),
    ).length
    store.close()
    return known
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'store') return 'refused'
    throw error
  }
}

test('a rebuilding that is killed anywhere is refused or finished, never taken for a new beginning', (t) => {
  let killed = 0
  for (let place = 1; ; place++) {
    const stateDir = damaged(t)
    const { signal, status, stderr } = spawnSync(process.execPath, [script, stateDir, String(place)], {
      encoding: 'utf8',
    })
    if (signal === null) {
      assert.equal(status, 0, stderr)
      break
    }
    killed += 1
    const after = found(stateDir)
    if (after === 'refused') assert.equal(rebuildStore({ stateDir, log: silentLog, now: 1, anyway: false }).keys, 300)
    assert.equal(found(stateDir), 300, `killed at file operation ${place}`)
    const aside = readdirSync(stateDir, { recursive: true, encoding: 'utf8' })
    assert.ok(
      aside.some((path) => /^set-aside-.*events\.db$/.test(path)),
      'the damaged file is kept',
    )
  }
  assert.ok(killed >= 6, `${killed} places`)
})
