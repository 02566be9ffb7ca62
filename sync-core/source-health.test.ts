import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from './domain/clock.ts'
import { systemClock } from './replication/system-clock.ts'
import { accountManifest } from './testing/account-manifest.ts'
import { type AccountChoices, type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { createWorkspace, startEngine } from './testing/engine.ts'
import { fastClock } from './testing/fast-clock.ts'
import { startFaultyProxy } from './testing/faulty-proxy.ts'
import { startPooler } from './testing/pooler.ts'
import { slotOn } from './testing/slot-on.ts'
import { createDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

/** By hand as long as a server's own, and as a laptop's lid is closed: `REJOT_WAL_SENDER_TIMEOUT=60`. */
const walSenderTimeoutSeconds = Number(process.env.REJOT_WAL_SENDER_TIMEOUT ?? 3)
const server = withServers(['source', 'destination'], {
  settings: { wal_sender_timeout: `${walSenderTimeoutSeconds}s` },
})

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 100) g;`

function setUp(choices: AccountChoices = {}): Promise<AccountSetting> {
  return setUpAccounts(
    { source: server('source'), destination: server('destination') },
    { source: someRows, ...choices },
  )
}

const noise = `select pg_logical_emit_message(false, 'noise', repeat('x', 1000000))`

test('what a slot holds is said before it is too much, with the limit of the connection, and that it has passed', async () => {
  const setting = await setUp({ settings: { connections: { 'accounts-db': { walMegabytes: 4 } } } })
  const open = await setting.source.session()
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    // What an open transaction has begun to write, the server keeps, however fast we read.
    await open.query(`begin; insert into account values (1001, 'open', 'transaction')`)
    for (let time = 0; time < 3; time++) await setting.source.query(noise)
    const { sources } = await engine.until('a warning', (status) => status.sources[0]?.wal?.warning === true)
    assert.equal(sources[0]?.wal?.limitBytes, 4_000_000)
    assert.equal(sources[0]?.state, 'streaming')
    await open.query('commit')
    await setting.arrived('what was open')
    await waitFor(
      async () => {
        await setting.source.query('select pg_log_standby_snapshot()')
        return engine.core.status().sources[0]?.wal?.warning
      },
      { what: 'that it has passed', until: (warning) => warning === false, timeoutMs: 30_000 },
    )
  } finally {
    await open.close()
    await setting.dispose()
  }
})

/** A minute is one second. */
const hurriedClock: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 60, signal) }

test('what the slot of a halted source holds is looked at too, and said', async () => {
  const setting = await setUp({ settings: { connections: { 'accounts-db': { walMegabytes: 4 } } } })
  try {
    const first = await setting.start()
    await setting.arrived('the backfill')
    await first.stop()
    await setting.source.query(`update account set first_name = 'passed over'`)
    await setting.source.query('select pg_replication_slot_advance($1, pg_current_wal_lsn())', [
      `slot_${setting.source.name}`,
    ])
    const engine = await setting.start({ clock: hurriedClock })
    await engine.until('a halted source', (status) => status.sources[0]?.state === 'halted')
    for (let time = 0; time < 3; time++) await setting.source.query(noise)
    const { sources } = await engine.until('a warning', (status) => status.sources[0]?.wal?.warning === true)
    assert.equal(sources[0]?.state, 'halted')
    assert.ok((sources[0]?.retainedBytes ?? 0) > 2_000_000)
    await engine.core.recoverSource('accounts-db')
    await setting.arrived('every row again')
    await engine.until('that it has passed', (status) => status.sources[0]?.wal?.warning === false)
  } finally {
    await setting.dispose()
  }
})

test('beside a busy database that publishes nothing, the slot moves on and holds no WAL', async () => {
  const setting = await setUp()
  const other = await createDatabase(server('source'), { sql: 'create table busy (id int)' })
  try {
    await setting.start()
    await setting.arrived('the backfill')
    const [row] = await other.query(`select (pg_current_wal_insert_lsn() - '0/0')::text as lsn`)
    await other.query('insert into busy select generate_series(1, 50000)')
    await other.query(noise)
    // Nothing of ours changes; the server's own checkpoints are what moves a slot's beginning.
    await waitFor(
      async () => {
        await other.query('select pg_log_standby_snapshot()')
        return (await slotOn(setting.source)).restart
      },
      {
        what: 'a slot past the noise',
        until: (restart) => restart > BigInt(String(row?.lsn)) + 1_000_000n,
        timeoutMs: 40_000,
      },
    )
  } finally {
    await setting.dispose()
    await other.drop()
  }
})

test('a transaction that is open holds up the first start: its PID is said, and the start goes on once it ends', async () => {
  const setting = await setUp()
  const open = await setting.source.session()
  try {
    await open.query(`begin; insert into account values (1001, 'open', 'before the slot')`)
    const engine = await setting.start()
    const { sources } = await engine.until('who is waited for', (status) => status.sources[0]?.failure !== undefined)
    const { kind, message, solution } = sources[0]?.failure ?? {}
    assert.equal(kind, 'overloaded')
    assert.equal(
      message,
      `Cannot create the slot slot_${setting.source.name}: waiting for the transaction of PID ${open.pid}`,
    )
    assert.match(solution ?? '', /^End that transaction/)
    await open.query('commit')
    await setting.arrived('all rows, with those of that transaction')
  } finally {
    await open.close()
    await setting.dispose()
  }
})

test('a destination that is blocked for longer than wal_sender_timeout does not cost the source its connection', async () => {
  const setting = await setUp()
  const blocker = await setting.destination.session()
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const { readerPid } = await slotOn(setting.source)
    await blocker.query('begin; lock table account_destination')
    await setting.source.query(`update account set first_name = 'blocked'`)
    await engine.until('changes that wait', ({ consumers }) => (consumers[0]?.pending ?? 0) > 0)
    // Nothing signals that a timeout has not fired; the server's own clock says when it would have.
    await setting.source.query('select pg_sleep($1)', [walSenderTimeoutSeconds * 1.5])
    assert.deepEqual((await slotOn(setting.source)).readerPid, readerPid)
    await blocker.query('commit')
    await setting.arrived('what was blocked')
    assert.deepEqual(
      engine.happenings.filter(({ event }) => event === 'retrying'),
      [],
    )
  } finally {
    await blocker.close()
    await setting.dispose()
  }
})

test('an engine that stands still for longer than wal_sender_timeout goes on where it was', async () => {
  const setting = await setUp()
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    const { readerPid } = await slotOn(setting.source)
    process.kill(engine.pid, 'SIGSTOP')
    await setting.source.query(`update account set first_name = 'meanwhile'`)
    await waitFor(() => slotOn(setting.source), {
      what: 'a server that has given the engine up',
      until: (slot) => slot.readerPid !== readerPid,
      timeoutMs: walSenderTimeoutSeconds * 10_000,
    })
    process.kill(engine.pid, 'SIGCONT')
    await setting.arrived('what happened meanwhile')
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('the walsender is ended, and the server leaves at once, in a transaction: it arrives whole, or not at all', async () => {
  const setting = await setUp()
  const writer = await setting.source.session()
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    // Past the 8 MB from which a transaction is sent while it is open.
    await writer.query(
      `begin; insert into account select g, repeat('x', 300), 'kept' from generate_series(1001, 31000) g`,
    )
    await setting.source.query('select pg_terminate_backend(active_pid) from pg_replication_slots where active')
    await engine.until('another try', () => engine.happenings.some(({ event }) => event === 'retrying'))
    await writer.query(`update account set last_name = 'kept too' where id > 30000; commit`)
    await setting.arrived('the transaction, once')
    const lost = await setting.source.session()
    await lost.query(
      `begin; insert into account select g, repeat('x', 300), 'lost' from generate_series(40001, 70000) g`,
    )
    await server('source').restart('immediate')
    await lost.close()
    await waitFor(() => setting.source.query(`update account set last_name = 'after' where id = 7`), {
      what: 'the server',
    })
    await setting.arrived('the change after, and nothing of what was lost')
    assert.ok(!engine.happenings.some(({ event }) => event === 'halted'))
  } finally {
    await writer.close()
    await setting.dispose()
  }
})

for (const ignores of ['', 'options,replication']) {
  test(`a pooler that ${ignores === '' ? 'refuses our settings' : `forgets ${ignores}`}: the source halts and says why, nothing is made`, async () => {
    const setting = await setUp()
    const pooler = await startPooler(server('source'), ignores)
    const { connection } = setting.source
    const workspace = await createWorkspace(
      accountManifest({ ...connection, port: pooler.port }, setting.destination.connection),
    )
    const engine = await startEngine(workspace)
    try {
      const { sources } = await engine.until('a halted source', (status) => status.sources[0]?.state === 'halted')
      assert.equal(sources[0]?.failure?.kind, 'pooler')
      assert.match(
        sources[0]?.failure?.message ?? '',
        /^Cannot use accounts-db: a connection pooler answers at its address/,
      )
      assert.deepEqual(await setting.source.query('select pubname from pg_publication'), [])
      assert.deepEqual(
        await setting.source.query('select slot_name from pg_replication_slots where database = current_database()'),
        [],
      )
    } finally {
      await engine.stop()
      await pooler.stop()
      await workspace.dispose()
      await setting.dispose()
    }
  })
}

test('a source whose connections lead nowhere is noticed and followed over new ones', async () => {
  const setting = await setUp()
  const { connection } = setting.source
  const proxy = await startFaultyProxy({ host: connection.host, port: connection.port })
  const workspace = await createWorkspace(
    accountManifest({ ...connection, port: proxy.port }, setting.destination.connection),
  )
  // A silence of a minute is one of three seconds.
  const engine = await startEngine(workspace, { clock: fastClock(20) })
  try {
    await setting.arrived('the backfill')
    proxy.forget()
    await setting.source.query(`update account set first_name = 'unheard'`)
    await setting.arrived('what was not heard of', { timeoutMs: 60_000 })
    assert.ok(engine.happenings.some((happening) => happening.event === 'retrying' && happening.kind === 'unreachable'))
  } finally {
    await engine.stop()
    await proxy.dispose()
    await workspace.dispose()
    await setting.dispose()
  }
})

test('the clock is moved by an hour and back: everything arrives, and the lag is never below zero nor stays', async () => {
  const setting = await setUp()
  let movedMs = 0
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + movedMs }
  const blocker = await setting.destination.session()
  try {
    const engine = await setting.start({ clock })
    await setting.arrived('the backfill')
    for (const hours of [1, 0, -1]) {
      await blocker.query('begin; lock table account_destination')
      await setting.source.query(`update account set first_name = 'before ${hours}'`)
      await engine.until('changes that wait', ({ consumers }) => (consumers[0]?.pending ?? 0) > 0)
      movedMs = hours * 3_600_000
      const waiting = engine.core.status().consumers[0]
      assert.ok((waiting?.pending ?? 0) > 0 && (waiting?.lagMs ?? -1) >= 0, JSON.stringify(waiting))
      await blocker.query('commit')
      await setting.source.query(`update account set first_name = 'at ${hours}'`)
      await setting.arrived(`the changes at ${hours} hours`)
      const { consumers } = await engine.caughtUp()
      assert.equal(consumers[0]?.lagMs, 0)
      assert.ok((consumers[0]?.latencyMs ?? -1) >= 0)
    }
    assert.deepEqual(
      engine.happenings.filter(({ event }) => event === 'retrying'),
      [],
    )
  } finally {
    await blocker.close()
    await setting.dispose()
  }
})

test('a password that is changed while it runs halts in words at the next connection, and not before', async () => {
  const role = `rotated_${Date.now()}`
  const setting = await setUp({
    source: `${someRows} create role ${role} superuser login replication password '${role}'`,
    role,
  })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await setting.source.query(`alter role ${role} password 'another'`)
    await setting.source.query(`update account set first_name = 'after the change'`)
    await setting.arrived('a change over the connections that there are')
    await setting.source.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = $1`, [role])
    const { sources } = await engine.until('a halted source', (status) => status.sources[0]?.state === 'halted')
    assert.equal(sources[0]?.failure?.message, 'Cannot sign in to accounts-db: the server refused the password')
    // The slot has kept what comes now, for whoever knows the password.
    await setting.source.query(`update account set first_name = 'while halted'; alter role ${role} password '${role}'`)
    await engine.stop()
    await setting.start()
    await setting.arrived('what came while it was halted')
  } finally {
    await setting.dispose()
    const admin = await createDatabase(server('source'))
    await admin.query(`drop role if exists ${role}`)
    await admin.drop()
  }
})
