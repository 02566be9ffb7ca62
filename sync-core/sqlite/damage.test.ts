import assert from 'node:assert/strict'
import { copyFileSync, cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'
import { zeroOffset } from '../domain/offset.ts'
import { openEventStore } from './open-event-store.ts'
import { storePath } from './store-connection.ts'
import { markPath } from './stored-mark.ts'
import { endAt, openStore, readAll, rows, silentLog, storeFolder } from './testing/store-folder.ts'

const schema = 'people'

/** A copy of a folder whose store holds this many epochs of 20 events, as a killed process leaves it. */
function leftBehind(t: Parameters<typeof storeFolder>[0], epochs: number): string {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  for (let lsn = 1; lsn <= epochs; lsn++) {
    const writer = store.openEpoch('source')
    writer.put(schema, rows(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${lsn}-${i}`, 'x'.repeat(100)]))))
    writer.close(endAt(lsn))
    // The newest epochs are in the write-ahead log only.
    if (lsn === epochs - 5) new Database(storePath(stateDir)).pragma('wal_checkpoint(truncate)')
  }
  const copy = storeFolder(t)
  cpSync(stateDir, copy, { recursive: true })
  return copy
}

const wal = (stateDir: string) => `${storePath(stateDir)}-wal`

for (const [damage, spoil, said] of [
  ['whose write-ahead log was deleted', (dir: string) => rmSync(wal(dir)), /write-ahead log is gone/],
  [
    'whose write-ahead log was cut short',
    (dir: string) => truncateSync(wal(dir), statSync(wal(dir)).size / 2),
    /log is gone/,
  ],
  ['with one byte changed in its write-ahead log', (dir: string) => flip(wal(dir)), /log is gone/],
  ['that was emptied', (dir: string) => emptied(dir), /its file is empty$/],
  ['that was deleted', (dir: string) => rmSync(storePath(dir)), /its file is gone$/],
  ['that was cut short', (dir: string) => truncateSync(storePath(dir), 12_288), /file is damaged$/],
  ['that another program wrote', (dir: string) => foreign(dir), /is not an event store$/],
] as const) {
  test(`a store ${damage} is refused in words`, (t) => {
    const stateDir = leftBehind(t, 20)
    spoil(stateDir)
    const before = readFileSync(markPath(stateDir), 'utf8')
    assert.throws(
      () => openEventStore({ stateDir, log: silentLog }),
      (error) =>
        error instanceof FailureError &&
        error.failure.kind === 'store' &&
        error.failure.policy === 'halt' &&
        said.test(error.message),
    )
    assert.equal(readFileSync(markPath(stateDir), 'utf8'), before, 'refused again at the next start')
  })
}

test('what a killed process leaves opens whole, also when it had no time to write its mark', (t) => {
  const stateDir = leftBehind(t, 20)
  rmSync(markPath(stateDir))
  assert.equal(readAll(openStore(t, stateDir), 'source', [schema]).length, 20)
})

test("another store's file in the place of this one is refused", (t) => {
  const stateDir = leftBehind(t, 6)
  const other = leftBehind(t, 6)
  copyFileSync(storePath(other), storePath(stateDir))
  copyFileSync(wal(other), wal(stateDir))
  assert.throws(() => openEventStore({ stateDir, log: silentLog }), /not the one that was here before/)
})

test('damage in the middle of a file too large to be checked whole halts where it is read and gives no gap', (t) => {
  const stateDir = storeFolder(t)
  const first = openStore(t, stateDir)
  for (let lsn = 1; lsn <= 10; lsn++) {
    const writer = first.openEpoch('source')
    writer.put(
      schema,
      rows(Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${lsn}-${i}`, 'x'.repeat(3_900)]))),
    )
    writer.close(endAt(lsn))
  }
  first.close()
  const path = storePath(stateDir)
  const bytes = readFileSync(path)
  assert.ok(bytes.length > 32 * 1024 * 1024)
  const page = Math.floor(bytes.length / 4_096 / 2) * 4_096
  bytes.fill(0xff, page, page + 4_096)
  writeFileSync(path, bytes)
  const store = openStore(t, stateDir)
  const epochs = store.epochsAfter('source', zeroOffset, 1_000_000)
  assert.throws(
    () => store.events({ epochs, schemas: [schema], after: zeroOffset, limit: 1_000_000, maxBytes: 1e9 }),
    (error) =>
      error instanceof FailureError &&
      error.failure.policy === 'halt' &&
      error.message === 'Cannot use the event store: its file is damaged',
  )
})

function flip(path: string): void {
  const bytes = readFileSync(path)
  const place = Math.floor(bytes.length / 2)
  bytes[place] = (bytes[place] ?? 0) ^ 0xff
  writeFileSync(path, bytes)
}

function emptied(stateDir: string): void {
  truncateSync(storePath(stateDir), 0)
  rmSync(wal(stateDir))
}

function foreign(stateDir: string): void {
  rmSync(storePath(stateDir))
  rmSync(wal(stateDir))
  const database = new Database(storePath(stateDir))
  database.exec('create table theirs (x)')
  database.close()
}
