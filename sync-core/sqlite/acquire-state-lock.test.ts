import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FailureError } from '../domain/failure.ts'
import { acquireStateLock } from './acquire-state-lock.ts'
import { storeFolder } from './testing/store-folder.ts'

const holder = fileURLToPath(new URL('./testing/hold-lock.ts', import.meta.url))

test('a folder held by another process is refused with its id, and free as soon as that is killed', async (t) => {
  const stateDir = storeFolder(t)
  const child = spawn(process.execPath, [holder, stateDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await once(createInterface(child.stdout), 'line')

  assert.throws(
    () => acquireStateLock(stateDir),
    (error) =>
      error instanceof FailureError &&
      error.failure.kind === 'state-in-use' &&
      error.failure.policy === 'halt' &&
      error.message === `Cannot use the state folder: process ${child.pid} is using it`,
  )
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  acquireStateLock(stateDir).release()
})

test('a folder is held once within a process, and can be taken again after its release', (t) => {
  const stateDir = storeFolder(t)
  const lock = acquireStateLock(stateDir)
  assert.throws(() => acquireStateLock(stateDir), {
    message: `Cannot use the state folder: process ${process.pid} is using it`,
  })
  acquireStateLock(storeFolder(t)).release()
  lock.release()
  acquireStateLock(stateDir).release()
})
