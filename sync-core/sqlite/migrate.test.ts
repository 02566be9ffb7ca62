import assert from 'node:assert/strict'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { FailureError } from '../domain/failure.ts'
import { zeroOffset } from '../domain/offset.ts'
import { openEventStore } from './open-event-store.ts'
import { storePath } from './store-connection.ts'
import { writeFirstVersion } from './testing/first-version.ts'
import { endAt, openStore, readAll, rows, silentLog, storeFolder } from './testing/store-folder.ts'

const pragma = (stateDir: string, name: string) => {
  const database = new Database(storePath(stateDir), { readonly: true })
  const value = database.pragma(name, { simple: true })
  database.close()
  return value
}

test('a file of version 1 arrives at the newest with everything in it, and can give space back', (t) => {
  const stateDir = storeFolder(t)
  writeFirstVersion(stateDir)
  assert.deepEqual([pragma(stateDir, 'user_version'), pragma(stateDir, 'auto_vacuum')], [1, 0])
  const store = openStore(t, stateDir)
  assert.deepEqual(readAll(store, 'source', ['people']), [
    [
      { operation: 'insert', key: '["a"]', payload: '{"v":"1"}' },
      { operation: 'insert', key: '["b"]', payload: '{"v":"1"}' },
    ],
    [
      { operation: 'update', key: '["a"]', payload: '{"v":"2"}' },
      { operation: 'delete', key: '["b"]', payload: '{"v":"1"}' },
    ],
  ])
  assert.deepEqual(store.consumers.read('c'), { consumer: 'c', offset: 2, paused: true })
  assert.deepEqual([...store.deadLetters.blockedKeys('c')], ['["b"]'])
  assert.deepEqual(store.sources.read('source')?.owed, [150])
  assert.equal(store.sources.backfill('people')?.state, 'done')
  assert.equal(store.pending('source', ['people'], zeroOffset), 4)

  const writer = store.openEpoch('source')
  assert.deepEqual(writer.liveAfter('people', undefined, 10), ['["a"]'])
  assert.deepEqual(writer.runsOf('people', 0, ['["s"]']).get('["s"]')?.publicKeys, ['["a"]'])
  writer.put('people', rows({ a: '4', d: '1' }))
  writer.close(endAt(300))
  const last = readAll(store, 'source', ['people']).at(-1)
  assert.deepEqual(
    last?.map(({ operation, key }) => `${operation} ${key}`),
    ['update ["a"]', 'insert ["d"]'],
  )
  assert.equal(store.size().events, 6)

  store.close()
  const made = storeFolder(t)
  openStore(t, made).close()
  for (const name of ['user_version', 'auto_vacuum']) assert.equal(pragma(stateDir, name), pragma(made, name))
  assert.deepEqual(tables(stateDir), tables(made))
})

test('a file of a newer version is refused in words and left alone', (t) => {
  const stateDir = storeFolder(t)
  writeFirstVersion(stateDir)
  const database = new Database(storePath(stateDir))
  database.pragma('user_version = 999')
  database.close()
  assert.throws(
    () => openEventStore({ stateDir, log: silentLog }),
    (error) =>
      error instanceof FailureError &&
      error.failure.kind === 'store' &&
      error.message === 'Cannot use the event store: it was written by a newer version of this program',
  )
  assert.deepEqual([pragma(stateDir, 'user_version'), pragma(stateDir, 'auto_vacuum')], [999, 0])
})

function tables(stateDir: string): readonly unknown[] {
  const database = new Database(storePath(stateDir), { readonly: true })
  const found = database.prepare('select name, sql from sqlite_master order by name').all()
  database.close()
  return found.map((row) => JSON.stringify(row).replaceAll(/\s|\\n/g, ''))
}
