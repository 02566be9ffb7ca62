import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setUpAccounts } from './testing/account-setting.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import { slotOn } from './testing/slot-on.ts'
import { mountSmallDisk } from './testing/small-disk.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

interface Disk {
  readonly stateDir: string | undefined
  /** No more room than there is now; for a tmpfs that is its size from the beginning. */
  fill(engine: EngineProcess): void
  makeRoom(engine: EngineProcess): void
  dispose(): void
}

/** A disk of 20 MB where one may mount it, else a limit on the size of the engine's files; says which. */
function smallDisk(t: TestContext): Disk {
  const disk = mountSmallDisk(20)
  if (disk === undefined) {
    t.diagnostic('No right to mount a tmpfs: a limit on the size of files stands for the full disk')
    const limit = (engine: EngineProcess, bytes: string) =>
      execFileSync('prlimit', ['--pid', String(engine.pid), `--fsize=${bytes}:unlimited`])
    return {
      stateDir: undefined,
      fill: (engine) => limit(engine, '2000000'),
      makeRoom: (engine) => limit(engine, 'unlimited'),
      dispose: () => undefined,
    }
  }
  t.diagnostic('The state folder is on a tmpfs of 20 MB')
  return {
    stateDir: join(disk.folder, 'state'),
    fill: () => undefined,
    makeRoom: () => disk.resize(300),
    dispose: () => disk.dispose(),
  }
}

test('G1, G8: a disk that fills up stops the slot, not the connection, and work goes on by itself', async (t) => {
  const disk = smallDisk(t)
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    { stateDir: disk.stateDir },
  )
  const { source, workspace } = setting
  const engine = setting.startProcess()
  const slot = () => slotOn(source)
  try {
    await engine.said('ready')
    disk.fill(engine)
    const { readerPid } = await slot()
    const retries = () => engine.lines.filter(({ event }) => event === 'retrying')
    let stored = 0n
    // A transaction at a time, each about a megabyte, until one finds no room.
    for (let n = 0; retries().length === 0 && n < 60; n++) {
      stored = (await slot()).confirmed
      await source.query(
        `insert into account select g, repeat(md5(g::text), 60), '${n}' from generate_series(${n * 500 + 1}, ${n * 500 + 500}) g`,
      )
      const isThrough = async () => retries().length > 0 || (await slot()).confirmed > stored
      await waitFor(isThrough, { what: 'stored or refused' })
    }
    await waitFor(retries, { what: 'three tries', until: (lines) => lines.length >= 3, timeoutMs: 30_000 })
    assert.deepEqual(new Set(retries().map(({ kind }) => kind)), new Set(['disk-full']))
    const files = readdirSync(workspace.stateDir)
    assert.ok(!files.includes('reserve'), 'the space in reserve is there to be used')

    const unstored = await slot()
    assert.equal(unstored.readerPid, readerPid, 'the connection was given up')
    await source.query(`update account set last_name = 'while it is full' where id <= 10`)
    assert.equal((await slot()).confirmed, unstored.confirmed, 'the slot moved past what is stored')

    disk.makeRoom(engine)
    await setting.arrived('everything', { timeoutMs: 60_000 })
    assert.equal((await slot()).readerPid, readerPid, 'the connection was given up')
    assert.equal(statSync(join(workspace.stateDir, 'reserve')).size, 4 * 1024 * 1024)
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
    disk.dispose()
  }
})
