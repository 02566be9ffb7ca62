import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, statSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import type { EventStore } from '../domain/event-store.ts'
import { FailureError } from '../domain/failure.ts'
import { zeroOffset } from '../domain/offset.ts'
import { refuseDisk } from '../testing/refusing-disk.ts'
import { storePath } from './store-connection.ts'
import { markPath } from './stored-mark.ts'
import { endAt, openStore, rows, storeFolder } from './testing/store-folder.ts'

// A disk that refuses says so once. The next wait for it may end well, and nothing has been written.

const notTaken = (error: unknown): boolean => {
  assert.ok(error instanceof FailureError)
  assert.deepEqual([error.failure.kind, error.failure.policy], ['store', 'halt'])
  assert.match(error.message, /its disk did not take what was written/)
  return true
}

/** Puts a row into the next epoch of a source, which is still to be closed. */
function epochOf(store: EventStore, source: string, value: string) {
  const writer = store.openEpoch(source)
  writer.put(`schema of ${source}`, rows({ a: value }))
  return writer
}

function lsns(store: EventStore, source: string): readonly number[] {
  return store.epochsAfter(source, zeroOffset, 1_000).map(({ lsn }) => Number(lsn))
}

/** Everything that would write, or would count on what is written. */
function refusesAll(store: EventStore): void {
  assert.throws(() => epochOf(store, 'other', '2').close(endAt(2, 'other')), notTaken)
  assert.throws(() => epochOf(store, 'third', '1').closeBehind(endAt(1, 'third')), notTaken)
  assert.throws(() => store.sources.save(endAt(9).checkpoint), notTaken)
  assert.throws(() => store.checkpoint(), notTaken)
}

/** Closing moves nothing out of a log of which nobody knows what the disk has of it. */
function staysAsItIs(store: EventStore, path: string): void {
  const before = [readFileSync(path), readFileSync(`${path}-wal`)]
  store.close()
  assert.deepEqual([readFileSync(path), readFileSync(`${path}-wal`)], before)
}

async function openWithEpochs(test: TestContext) {
  const stateDir = storeFolder(test)
  const store = openStore(test, stateDir)
  await epochOf(store, 'source', '1').closeBehind(endAt(1))
  epochOf(store, 'other', '1').close(endAt(1, 'other'))
  return { store, stateDir, path: storePath(stateDir) }
}

test('what the disk refused is not read, and nothing counts as stored any more though it takes everything again', async (t) => {
  const { store, stateDir, path } = await openWithEpochs(t)
  const takeAgain = refuseDisk(`${path}-wal`, 'engine')
  await assert.rejects(epochOf(store, 'source', '2').closeBehind(endAt(2)), notTaken)
  takeAgain()
  assert.deepEqual(lsns(store, 'source'), [1])
  assert.equal(store.head('source'), store.epochsAfter('source', zeroOffset, 1_000).at(-1)?.lastOffset)
  refusesAll(store)
  assert.deepEqual(lsns(store, 'other'), [1])
  staysAsItIs(store, path)

  const next = openStore(t, stateDir)
  assert.deepEqual([lsns(next, 'source'), lsns(next, 'other')], [[1, 2], [1]])
})

test('what SQLite itself was refused is not tried again either', async (t) => {
  const { store, path } = await openWithEpochs(t)
  const takeAgain = refuseDisk(`${path}-wal`, 'sqlite')
  assert.throws(() => epochOf(store, 'source', '2').close(endAt(2)), notTaken)
  takeAgain()
  refusesAll(store)
  assert.deepEqual([lsns(store, 'source'), lsns(store, 'other')], [[1], [1]])
  staysAsItIs(store, path)
})

test('a log that a former process has left is written once more before anything counts on it', (t) => {
  const former = storeFolder(t)
  const store = openStore(t, former)
  store.openEpoch('source').close(endAt(1))
  const long = epochOf(store, 'source', 'x'.repeat(12_000_000))
  long.close(endAt(2))
  // As a process leaves it that is killed.
  const stateDir = storeFolder(t)
  for (const path of [storePath, (dir: string) => `${storePath(dir)}-wal`, markPath]) {
    copyFileSync(path(former), path(stateDir))
  }
  const log = statSync(`${storePath(stateDir)}-wal`).size
  assert.ok(log > 12_000_000)
  const before = bytesWritten()
  const next = openStore(t, stateDir)
  assert.ok(bytesWritten() - before >= log, `${bytesWritten() - before} bytes written, and the log has ${log}`)
  assert.deepEqual(lsns(next, 'source'), [2])
})

/** By this process, in all; known on Linux. */
function bytesWritten(): number {
  const [, bytes] = /^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8')) ?? []
  return Number(bytes)
}
