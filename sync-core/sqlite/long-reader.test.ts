import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { storePath } from './store-connection.ts'
import { endAt, openStore, storeFolder } from './testing/store-folder.ts'

const schema = 'people'
const payload = (lsn: number) => `{"v":"${lsn}${'x'.repeat(1_000)}"}`

test('a reader that stays in one transaction holds up no writer, and the write-ahead log shrinks once it is gone', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  const walBytes = () => statSync(`${storePath(stateDir)}-wal`).size
  let lsn = 0
  const write = (epochs: number) => {
    for (const end = lsn + epochs; lsn < end; ) {
      lsn += 1
      const writer = store.openEpoch('source')
      writer.put(
        schema,
        Array.from({ length: 2_000 }, (_, i) => ({ key: `[${lsn * 2_000 + i}]`, payload: payload(lsn) })),
      )
      writer.close(endAt(lsn))
      store.checkpoint()
    }
  }
  write(1)
  const reader = new Database(storePath(stateDir), { readonly: true })
  t.after(() => reader.close())
  const count = () => reader.prepare('select count(*) from event').pluck().get()
  reader.exec('begin')
  assert.equal(count(), 2_000)

  write(50)
  assert.equal(store.size().events, 102_000)
  assert.equal(count(), 2_000, 'the reader goes on in its own state')
  const held = walBytes()
  assert.ok(held > 100_000_000, `${held} bytes are kept for the reader`)

  reader.exec('commit')
  assert.equal(count(), 102_000)
  write(2)
  assert.ok(walBytes() <= 64 * 1024 * 1024, `${walBytes()} bytes of write-ahead log`)
})
