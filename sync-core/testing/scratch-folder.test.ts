import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { newRunFolder, scratchFolder, sweepDeadRuns } from './scratch-folder.ts'
import { serverUser } from './server-user.ts'

test('the sweep deletes what dead processes left, and nothing of the living', async () => {
  const living = newRunFolder(serverUser())
  const { pid } = spawnSync(process.execPath, ['--version'])
  const dead = join(scratchFolder(), 'run', `${pid}-left`)
  mkdirSync(join(dead, 'data'), { recursive: true })
  await sweepDeadRuns()
  assert.equal(existsSync(dead), false)
  assert.equal(existsSync(living), true)
  rmSync(living, { recursive: true })
})
