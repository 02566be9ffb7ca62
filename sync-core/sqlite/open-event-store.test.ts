import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import type { EventStore } from '../domain/event-store.ts'
import { type Failure, FailureError } from '../domain/failure.ts'
import { toOffset, zeroOffset } from '../domain/offset.ts'
import { openEventStore } from './open-event-store.ts'
import { openStoreConnection, storePath } from './store-connection.ts'
import { endAt, openStore, readAll, rows, silentLog, storeFolder } from './testing/store-folder.ts'

const schema = '@harbor/crm/people@1'

function write(store: EventStore, lsn: number, values: Readonly<Record<string, string>>) {
  const writer = store.openEpoch('source')
  writer.put(schema, rows(values))
  return writer.close(endAt(lsn))
}

function failureOf(act: () => unknown): Failure {
  try {
    act()
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
  return assert.fail('nothing was thrown')
}

test('commits wait for the disk, at the first open and at each later one', (t) => {
  const stateDir = storeFolder(t)
  for (const _ of ['first', 'second', 'third']) {
    const { database } = openStoreConnection(stateDir)
    assert.equal(database.pragma('synchronous', { simple: true }), 2)
    assert.equal(database.pragma('journal_mode', { simple: true }), 'wal')
    database.exec('create table if not exists t (x)')
    database.close()
  }
})

test('folder and files are for their owner only', (t) => {
  const stateDir = join(storeFolder(t), 'deep', 'state')
  const store = openStore(t, stateDir)
  write(store, 1, { a: '1' })
  const mode = (path: string) => statSync(path).mode & 0o777
  assert.equal(mode(stateDir), 0o700)
  for (const suffix of ['', '-wal', '-shm']) assert.equal(mode(`${storePath(stateDir)}${suffix}`), 0o600)
})

test('a store that is opened again has its identity, head, rows and counts', (t) => {
  const stateDir = storeFolder(t)
  const first = openStore(t, stateDir)
  const head = write(first, 1, { a: '1', b: '1' })
  const before = { uuid: first.history.uuid, epochs: readAll(first, 'source', [schema]), size: first.size().events }
  first.close()
  const store = openStore(t, stateDir)
  assert.deepEqual(
    { uuid: store.history.uuid, epochs: readAll(store, 'source', [schema]), size: store.size().events },
    before,
  )
  assert.equal(store.head('source'), head)
  assert.equal(store.pending('source', [schema], zeroOffset), 2)
  assert.ok(write(store, 2, { a: '2' }) > head)
  assert.ok(store.size().bytes >= statSync(storePath(stateDir)).size)
  assert.notEqual(openStore(t).history.uuid, store.history.uuid)
})

test('an offset that was given is never given again, even when its event is gone', (t) => {
  const stateDir = storeFolder(t)
  const first = openEventStore({ stateDir, log: silentLog, chunkEvents: 1 })
  const discarded = first.openEpoch('source')
  discarded.put(schema, rows({ a: '1', b: '1', c: '1', d: '1' }))
  first.close()
  const store = openStore(t, stateDir)
  assert.ok(write(store, 1, { a: '2' }) > 3)
})

test('a small epoch is one transaction', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  write(store, 1, { a: '1' })
  // SQLite counts the transactions that changed the file for whoever looks from another connection.
  const other = new Database(storePath(stateDir), { readonly: true })
  t.after(() => other.close())
  const version = () => other.pragma('data_version', { simple: true })
  const before = version()
  const writer = store.openEpoch('source')
  writer.put(schema, rows({ a: '2', b: '2' }))
  writer.remove(schema, ['["b"]'])
  writer.recordRuns(schema, [{ transformation: 0, sourceKey: 's', args: '[]', publicKeys: ['["a"]'] }])
  assert.equal(version(), before)
  writer.close(endAt(2))
  assert.notEqual(version(), before)
})

for (const [damage, spoil] of [
  ['overwritten at its beginning', (path: string) => writeFileSync(path, 'x'.repeat(4_096), { flag: 'r+' })],
  ['cut short', (path: string) => truncateSync(path, 8_192)],
  ['overwritten on one page in its middle', (path: string) => spoilMiddle(path)],
] as const) {
  test(`a file that was ${damage} is refused in words`, (t) => {
    const stateDir = storeFolder(t)
    const store = openStore(t, stateDir)
    write(store, 1, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, 'x'.repeat(100)])))
    store.close()
    spoil(storePath(stateDir))
    const failure = failureOf(() => openEventStore({ stateDir, log: silentLog }))
    assert.deepEqual([failure.kind, failure.policy], ['store', 'halt'])
    assert.match(failure.message, /^Cannot use the event store: its file is (damaged|not an event store)$/)
  })
}

test("another program's file and a newer version's are refused and left alone", (t) => {
  const stateDir = storeFolder(t)
  const path = storePath(stateDir)
  const foreign = new Database(path)
  foreign.exec('create table theirs (x); insert into theirs values (1)')
  foreign.close()
  assert.match(failureOf(() => openEventStore({ stateDir, log: silentLog })).message, /is not an event store/)
  const after = new Database(path)
  assert.deepEqual(after.prepare('select name from sqlite_master').pluck().all(), ['theirs'])
  after.close()

  const newer = storeFolder(t)
  openStore(t, newer).close()
  const database = new Database(storePath(newer))
  database.pragma('user_version = 999')
  database.close()
  assert.match(failureOf(() => openEventStore({ stateDir: newer, log: silentLog })).message, /newer version/)
})

test('a checkpoint moves what the write-ahead log holds into the file', (t) => {
  const stateDir = storeFolder(t)
  const store = openStore(t, stateDir)
  for (let lsn = 1; lsn <= 8; lsn++) {
    write(store, lsn, Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`${lsn}-${i}`, 'x'.repeat(500)])))
  }
  const copy = storeFolder(t)
  const eventsWithoutWal = () => {
    copyFileSync(storePath(stateDir), storePath(copy))
    rmSync(`${storePath(copy)}-wal`, { force: true })
    const database = new Database(storePath(copy), { readonly: true })
    const found = database.prepare('select 1 from sqlite_master').all().length
    const events = found === 0 ? 0 : database.prepare('select count(*) from event').pluck().get()
    database.close()
    return events
  }
  assert.equal(eventsWithoutWal(), 0)
  store.checkpoint()
  assert.equal(eventsWithoutWal(), 8_000)
})

test('consumers and dead letters survive, and a dead letter is one for each consumer and offset', (t) => {
  const stateDir = storeFolder(t)
  const first = openStore(t, stateDir)
  const offset = write(first, 1, { a: '1' })
  first.consumers.save({ consumer: 'c', offset: toOffset(7), paused: false })
  first.consumers.save({ consumer: 'c', offset, paused: true })
  const entry = {
    consumer: 'c',
    offset,
    schema,
    key: '["a"]',
    sqlstate: '23505',
    constraint: 'account_email_key',
    message: 'duplicate key value',
    detail: 'Key (email)=(x) already exists.',
    at: 5,
  }
  first.deadLetters.add({ ...entry, message: 'first try', constraint: undefined, detail: undefined })
  first.deadLetters.add(entry)
  first.deadLetters.add({ ...entry, consumer: 'd' })
  first.close()

  const store = openStore(t, stateDir)
  assert.deepEqual(store.consumers.read('c'), { consumer: 'c', offset, paused: true })
  assert.equal(store.consumers.read('unknown'), undefined)
  assert.equal(store.deadLetters.count('c'), 1)
  assert.deepEqual([...store.deadLetters.blockedKeys('c')], ['["a"]'])
  assert.deepEqual(store.deadLetters.list('c', 10), [
    { ...entry, payload: '{"v":"1"}', operation: 'insert', waiting: 0 },
  ])
  assert.equal(store.deadLetters.list(undefined, 10).length, 2)
  assert.equal(store.deadLetters.list(undefined, 1).length, 1)
  store.deadLetters.remove('c', offset)
  assert.equal(store.deadLetters.count('c'), 0)
  assert.equal(store.deadLetters.count('d'), 1)
})

function spoilMiddle(path: string): void {
  const bytes = readFileSync(path)
  const page = Math.floor(bytes.length / 4_096 / 2) * 4_096
  bytes.fill(0xff, page, page + 4_096)
  writeFileSync(path, bytes)
}
