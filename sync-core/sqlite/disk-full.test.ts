import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openStore, readAll, storeFolder } from './testing/store-folder.ts'

const script = fileURLToPath(new URL('./testing/fill-disk.ts', import.meta.url))

test('a full disk undoes the epoch, says so, and the same call goes through when there is room', async (t) => {
  const stateDir = storeFolder(t)
  // 10 MB a file, in the shell's units of 512 bytes.
  const command = 'ulimit -f 20480; exec "$0" "$@"'
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script, stateDir])
  const [refused, done] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual([refused.kind, refused.policy, refused.object], ['disk-full', 'retry', 'event store'])
  assert.equal(refused.message, 'Cannot write the event store: the disk is full')
  assert.ok(refused.epochs > 10)
  assert.equal(refused.head, refused.epochs * 50)
  assert.equal(done.epochs, refused.epochs + 1)

  const store = openStore(t, stateDir)
  assert.equal(store.head('source'), done.head)
  assert.deepEqual(
    readAll(store, 'source', ['schema']).map((events) => events.length),
    Array.from({ length: done.epochs }, () => 50),
  )
})
