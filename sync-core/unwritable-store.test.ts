import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { storePath } from './sqlite/store-connection.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import { refuseDisk } from './testing/refusing-disk.ts'
import { slotOn, walEndOf } from './testing/slot-on.ts'
import { holdDisk } from './testing/slow-disk.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Nothing is confirmed to a slot before it is on disk, and what could not be written is asked for again.

const server = withServers(['source', 'destination'])
const servers = () => ({ source: server('source'), destination: server('destination') })

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

/** How large a file of the process may become: no write goes past that, as if the disk were full there. */
function limitFiles(engine: EngineProcess, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(engine.pid), `--fsize=${bytes}:unlimited`])
}

test('G1, G8: while the event store cannot be written the slot stays, it is said, and work goes on by itself', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    limitFiles(engine, 0)
    const stored = await walEndOf(setting.source)
    await setting.source.query(`update account set first_name = 'unstored' where id <= 10`)
    await setting.source.query(`insert into account select g, 'unstored', 'one' from generate_series(1001, 9000) g`)
    const retries = () => engine.lines.filter(({ event }) => event === 'retrying')
    await waitFor(retries, { what: 'three tries', until: (lines) => lines.length >= 3, timeoutMs: 30_000 })
    assert.deepEqual(new Set(retries().map(({ kind }) => kind)), new Set(['disk-full']))
    assert.ok((await slotOn(setting.source)).confirmed <= stored, 'the slot moved past what is stored')
    assert.equal(engine.isRunning, true)
    // What was confirmed too early would be gone only for an engine that asks again.
    await setting.source.query(`select pg_terminate_backend(active_pid) from pg_replication_slots where active`)
    limitFiles(engine, 'unlimited')
    await setting.arrived('what was not stored', { timeoutMs: 60_000 })
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('G1: what is written and not yet on disk is neither confirmed nor given to a consumer', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  const source = await setting.source.session()
  const destination = await setting.destination.session()
  const arrived = () => destination.query(`select id from account_destination where full_name like 'slow%'`)
  const confirmed = async () => {
    const [slot] = await source.query(
      `select (confirmed_flush_lsn - '0/0')::text as lsn from pg_replication_slots where database = current_database()`,
    )
    return BigInt(String(slot?.lsn))
  }
  try {
    const engine = await setting.start()
    await engine.caughtUp()
    const before = await walEndOf(setting.source)
    const letGo = holdDisk()
    try {
      await source.query(`update account set first_name = 'slow' where id = 7`)
      const written = () => storedEvents(setting.workspace).some(({ operation }) => operation === 'update')
      await waitFor(written, { what: 'the change in the store' })
      // Ample time for what must not happen: each answer comes through the loop that would do it.
      for (let answers = 0; answers < 200; answers++) assert.deepEqual(await arrived(), [])
      assert.ok((await confirmed()) <= before, 'the slot moved past what is on disk')
      // What comes meanwhile is taken, and waits its turn.
      await source.query(`update account set first_name = 'slow too' where id = 8`)
    } finally {
      await letGo()
    }
    await setting.arrived('both changes')
    await engine.caughtUp()
  } finally {
    await source.close()
    await destination.close()
    await setting.dispose()
  }
})

test('G1: what the disk refused is never confirmed nor applied, not even once it takes everything again, but by a new start', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  const { source, destination, workspace } = setting
  const arrived = () => destination.query(`select id from account_destination where full_name like 'refused%'`)
  try {
    const engine = await setting.start()
    await engine.caughtUp()
    const before = await walEndOf(source)
    const takeAgain = refuseDisk(`${storePath(workspace.stateDir)}-wal`, 'engine')
    await source.query(`update account set first_name = 'refused' where id = 7`)
    const halted = await engine.until('that the source halts', ({ sources }) => sources[0]?.state === 'halted')
    takeAgain()
    assert.match(halted.sources[0]?.failure?.message ?? '', /its disk did not take what was written/)
    await source.query(`update account set first_name = 'refused too' where id = 8`)
    // A halted source looks at its slot, and its lane at its destination.
    for (let answers = 0; answers < 200; answers++) assert.deepEqual(await arrived(), [])
    assert.ok((await slotOn(source)).confirmed <= before, 'the slot moved past what is on disk')
    await engine.stop()
    assert.deepEqual(await arrived(), [])
    await (await setting.start()).caughtUp()
    await setting.arrived('both changes')
    assert.equal((await arrived()).length, 2)
  } finally {
    await setting.dispose()
  }
})

test('G8: stopped while the disk is full, an engine ends in order and the next one misses nothing', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    limitFiles(engine, 0)
    await setting.source.query(`update account set first_name = 'unstored' where id <= 10`)
    await engine.said('retrying')
    assert.equal(await engine.signal('SIGTERM'), 0, engine.errors())
    setting.startProcess()
    await setting.arrived('what was not stored')
  } finally {
    await setting.dispose()
  }
})
