import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { EngineStatus } from './domain/status.ts'
import { openEventReader } from './sqlite/open-event-reader.ts'
import type { ConsumerOverrides } from './testing/account-manifest.ts'
import { type AccountChoices, type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import { createDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// With fsync and commit_delay a commit stays in the WAL, and out of sight, for some milliseconds.
const server = withServers(['source', 'destination'], {
  settings: { fsync: 'on', commit_delay: 3_000, commit_siblings: 0 },
})

type Setting = AccountSetting

const setUp = (choices?: AccountChoices): Promise<Setting> =>
  setUpAccounts({ source: server('source'), destination: server('destination') }, choices)

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

async function confirmedLsn({ source }: Setting): Promise<bigint> {
  const [row] = await source.query(
    `select (confirmed_flush_lsn - '0/0')::text as lsn from pg_replication_slots where database = current_database()`,
  )
  return BigInt(String(row?.lsn))
}

async function insertLsn({ source }: Setting): Promise<bigint> {
  const [row] = await source.query(`select (pg_current_wal_insert_lsn() - '0/0')::text as lsn`)
  return BigInt(String(row?.lsn))
}

async function eventsOf({ workspace }: Setting): Promise<ReadonlyMap<string, number>> {
  const reader = openEventReader({ stateDir: workspace.stateDir })
  const counts = new Map<string, number>()
  try {
    let before: number | undefined
    do {
      const page = reader.page({ filter: {}, limit: 1_000, ...(before === undefined ? {} : { before }) })
      for (const { operation } of page.rows) counts.set(operation, (counts.get(operation) ?? 0) + 1)
      before = page.more ? (page.rows.at(-1)?.offset ?? page.searchedTo) : page.searchedTo
    } while (before !== undefined)
  } finally {
    reader.close()
  }
  return counts
}

/** How large a file of the process may become: no write goes past that, as if the disk were full there. */
function limitFiles(engine: EngineProcess, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(engine.pid), `--fsize=${bytes}:unlimited`])
}

test('G1, G8: while the event store cannot be written the slot stays, it is said, and work goes on by itself', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    limitFiles(engine, 0)
    const stored = await insertLsn(setting)
    await setting.source.query(`update account set first_name = 'unstored' where id <= 10`)
    await setting.source.query(`insert into account select g, 'unstored', 'one' from generate_series(1001, 9000) g`)
    const retries = () => engine.lines.filter(({ event }) => event === 'retrying')
    await waitFor(retries, { what: 'three tries', until: (lines) => lines.length >= 3, timeoutMs: 30_000 })
    assert.deepEqual(new Set(retries().map(({ kind }) => kind)), new Set(['disk-full']))
    assert.ok((await confirmedLsn(setting)) <= stored, 'the slot moved past what is stored')
    assert.equal(engine.isRunning, true)
    // What was confirmed too early would be gone only for an engine that asks again.
    await setting.source.query(`select pg_terminate_backend(active_pid) from pg_replication_slots where active`)
    limitFiles(engine, 'unlimited')
    await setting.arrived('what was not stored', 60_000)
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('G8: stopped while the disk is full, an engine ends in order and the next one misses nothing', async () => {
  const setting = await setUp({ source: someRows })
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

/**
 * With a synchronous standby that is away, a commit is in the WAL and decoded but not visible, for as long as one
 * likes: what otherwise lasts microseconds.
 */
async function withoutStandby(setting: Setting, work: (commitUnseen: (sql: string) => Promise<void>) => Promise<void>) {
  const { source } = setting
  const writers: Promise<unknown>[] = []
  const setStandby = async (names: string): Promise<void> => {
    await source.query(`alter system set synchronous_standby_names = '${names}'`)
    await source.query('select pg_reload_conf()')
  }
  const commitUnseen = async (sql: string): Promise<void> => {
    const writer = await source.session()
    writers.push(writer.query(sql).finally(() => writer.close()))
    await waitFor(() => source.query('select wait_event from pg_stat_activity where pid = $1', [writer.pid]), {
      what: 'a commit that waits for a standby',
      until: ([row]) => row?.wait_event === 'SyncRep',
    })
  }
  await setStandby('nobody')
  try {
    // The server takes the setting when it gets to it: until then commits do not wait.
    await waitFor(
      async () => {
        const probe = await source.session()
        writers.push(probe.query('create table if not exists probe (); drop table probe').finally(() => probe.close()))
        await waitFor(() => source.query('select wait_event from pg_stat_activity where pid = $1', [probe.pid]), {
          what: 'a commit that waits',
          until: ([row]) => row?.wait_event === 'SyncRep',
          timeoutMs: 500,
        })
        return true
      },
      { what: 'commits that wait for a standby' },
    )
    await work(commitUnseen)
  } finally {
    await setStandby('')
    await Promise.all(writers)
  }
}

test('G5: what is decoded before it is visible is no delete and is not lost', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await withoutStandby(setting, async (commitUnseen) => {
      await commitUnseen(`insert into account values (1001, 'decoded', 'not visible')`)
      await commitUnseen(`update account set first_name = 'decoded' where id = 7`)
      const received = await insertLsn(setting)
      await engine.until('both in the stream', ({ sources }) => lsnNumber(sources[0]?.receivedLsn) >= received)
      await setting.source.query(
        `begin; set local synchronous_commit = local; update account set first_name = 'seen' where id = 8; commit`,
      )
      await setting.arrived('what is visible, while the rest is not')
      assert.ok((await confirmedLsn(setting)) < received, 'the slot moved past a commit that is owed')
    })
    await setting.arrived('what was not visible')
    await engine.stop()
    assert.equal((await eventsOf(setting)).get('delete'), undefined)
  } finally {
    await setting.dispose()
  }
})

function lsnNumber(lsn: string | undefined): bigint {
  const [high = '0', low = '0'] = (lsn ?? '0/0').split('/')
  return BigInt(`0x${high}`) * 0x1_0000_0000n + BigInt(`0x${low}`)
}

test('G1: killed while a commit is owed, the engine gets it again', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    await withoutStandby(setting, async (commitUnseen) => {
      await commitUnseen(`update account set first_name = 'owed' where id = 7`)
      await setting.source.query(
        `begin; set local synchronous_commit = local; update account set first_name = 'seen' where id = 8; commit`,
      )
      await setting.arrived('what is visible, past the commit that is owed')
      await engine.signal('SIGKILL')
    })
    setting.startProcess()
    await setting.arrived('what was owed')
  } finally {
    await setting.dispose()
  }
})

test('G5: eight clients insert at once; not one row is lost and nothing is deleted', async () => {
  const setting = await setUp()
  try {
    const engine = await setting.start()
    await engine.caughtUp()
    const clients = await Promise.all(Array.from({ length: 8 }, () => setting.source.session()))
    await Promise.all(
      clients.map(async (client, place) => {
        for (let n = 0; n < 500; n++) {
          await client.query(`insert into account values (${place * 1_000 + n}, 'first', '${n}')`)
        }
        await client.close()
      }),
    )
    await setting.arrived('every row')
    assert.deepEqual(await setting.destination.query('select count(*)::int as n from account_destination'), [
      { n: 4_000 },
    ])
    await engine.stop()
    assert.deepEqual(await eventsOf(setting), new Map([['insert', 4_000]]))
  } finally {
    await setting.dispose()
  }
})

const hiddenRows: readonly { readonly what: string; readonly sql: string; readonly undo: string }[] = [
  {
    what: 'SELECT is taken away on a joined table',
    sql: 'revoke select on account_emails from',
    undo: 'grant select on account_emails to',
  },
  {
    what: 'row-level security hides rows of a joined table',
    sql: 'alter table account_emails enable row level security --',
    undo: 'alter table account_emails disable row level security --',
  },
]

for (const { what, sql, undo } of hiddenRows) {
  test(`G5: when ${what}, the public schema halts with a sentence instead of deleting`, async () => {
    const role = `reader_${randomBytes(5).toString('hex')}`
    const setting = await setUp({
      source: `${someRows} create role ${role} login replication password '${role}'; grant select on all tables in schema public to ${role}`,
      role,
    })
    const { source, destination } = setting
    try {
      const name = `slot_${source.name}`
      await source.query(`create publication ${name} for table account, account_emails`)
      const engine = await setting.start()
      await setting.arrived('the backfill')
      await source.query(`${sql} ${role}`)
      await source.query(`update account set first_name = 'changed' where id <= 20`)
      const halted = (status: EngineStatus) => status.publicSchemas[0]?.failure !== undefined
      const failure = (await engine.until('a halted public schema', halted)).publicSchemas[0]?.failure
      assert.equal(failure?.kind, 'permission')
      assert.match(failure?.message ?? '', /^Cannot .*account_emails/)
      assert.match(failure?.solution ?? '', /^\w.*\.$/)
      assert.deepEqual(await destination.query('select count(*)::int as n from account_destination'), [{ n: 200 }])
      await source.query(`${undo} ${role}`)
      await setting.arrived('what was changed while rows were hidden')
    } finally {
      const { connection } = source
      await setting.dispose()
      await dropRole(connection.port, role)
    }
  })
}

async function dropRole(port: number, role: string): Promise<void> {
  assert.equal(port, server('source').port)
  const admin = await createDatabase(server('source'))
  await admin.query(`drop role ${role}`)
  await admin.drop()
}

test('G8: one transaction of 300,000 wide rows and 50,000 small ones pass through 128 MB of memory', async () => {
  const setting = await setUp({
    consumers: [
      {
        sql: `insert into wide values (:id, :firstName) on conflict (id) do update set text = excluded.text`,
        deleteSql: 'delete from wide where id = :id',
      },
    ],
    destination: 'create table wide (id int primary key, text text not null)',
  })
  const { source, destination } = setting
  try {
    const engine = setting.startProcess(['--max-old-space-size=128'])
    await engine.said('ready')
    const arrived = async (what: string): Promise<void> => {
      await waitFor(
        () =>
          Promise.all([
            source.query('select count(*)::int as n, sum(hashtext(first_name))::text as s from account'),
            destination.query('select count(*)::int as n, sum(hashtext(text))::text as s from wide'),
          ]),
        { what, until: ([there, here]) => JSON.stringify(there) === JSON.stringify(here), timeoutMs: 120_000 },
      )
    }
    await source.query(`insert into account select g, repeat(md5(g::text), 10), '' from generate_series(1, 300000) g`)
    await arrived('the large transaction')
    await source.query(`create procedure fill() language plpgsql as $$ begin
      set synchronous_commit = off;
      for n in 1..50000 loop update account set first_name = repeat(md5((-n)::text), 10) where id = n; commit; end loop; end $$`)
    // The engine stands still meanwhile, so that it really is a backlog.
    process.kill(engine.pid, 'SIGSTOP')
    await source.query('call fill()')
    process.kill(engine.pid, 'SIGCONT')
    await arrived('the small ones')
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('G10: a source that is away for a while is tried again, and nothing is halted', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    await setting.source.query(`update account set first_name = 'before' where id <= 100`)
    server('source').kill('SIGQUIT')
    await server('source').exited
    const unreachable = () => engine.lines.filter((line) => line.event === 'retrying' && line.kind === 'unreachable')
    await waitFor(unreachable, { what: 'three tries', until: (tries) => tries.length >= 3, timeoutMs: 30_000 })
    await server('source').start()
    await waitFor(() => setting.source.query(`update account set first_name = 'after' where id <= 50`), {
      what: 'the server back',
    })
    await setting.arrived('everything')
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('G2, G10: connections that are cut and an engine that stands still lose and double nothing', async () => {
  const setting = await setUp({
    source: someRows,
    consumers: [
      {
        sql: `insert into account_destination (id, full_name, hits) values (:id, :firstName || ' ' || :lastName, 1)
          on conflict (id) do update set full_name = excluded.full_name, hits = account_destination.hits + 1`,
      },
    ],
  })
  const { source, destination } = setting
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    let writing = true
    const writes = (async () => {
      for (let n = 1; writing; n++) {
        await source.query(`update account set last_name = '${n}' where id % 20 = ${n % 20}`)
      }
    })()
    const moved = async (): Promise<void> => {
      const hits = async () =>
        Number((await destination.query('select sum(hits)::int as n from account_destination'))[0]?.n)
      const before = await hits()
      await waitFor(hits, { what: 'traffic', until: (now) => now > before, timeoutMs: 30_000 })
    }
    const cut = (where: string) =>
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'ReJot ${where}%'`
    for (let time = 0; time < 4; time++) {
      await moved()
      await source.query(cut('replication'))
      await moved()
      await destination.query(cut('apply'))
      await moved()
      await source.query(cut(time % 2 === 0 ? 'projection' : 'control'))
    }
    process.kill(engine.pid, 'SIGSTOP')
    // As long as the laptop's lid is closed: nothing gives a signal for that.
    await source.query('select pg_sleep(3)')
    process.kill(engine.pid, 'SIGCONT')
    await moved()
    writing = false
    await writes
    await setting.arrived('everything')
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
    const events = [...(await eventsOf(setting)).values()].reduce((sum, count) => sum + count, 0)
    assert.deepEqual(await destination.query('select sum(hits)::int as n from account_destination'), [{ n: events }])
  } finally {
    await setting.dispose()
  }
})

test('G2: when the offset cannot be moved, no row of that transaction is there either', async () => {
  const setting = await setUp({ source: someRows })
  const { source, destination } = setting
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await destination.query(
      `create function stay() returns trigger language plpgsql as $$ begin raise exception 'not now' using errcode = '40001'; end $$;
       create trigger stay before update on rejot.consumer_offset for each row execute function stay()`,
    )
    await source.query(`update account set first_name = 'changed' where id = 7`)
    await engine.until('two tries', () => engine.happenings.filter(({ event }) => event === 'retrying').length >= 2)
    const hits = () => destination.query('select hits from account_destination where id = 7')
    assert.deepEqual(await hits(), [{ hits: 1 }])
    await destination.query('drop trigger stay on rejot.consumer_offset')
    await setting.arrived('the change')
    assert.deepEqual(await hits(), [{ hits: 2 }])
  } finally {
    await setting.dispose()
  }
})

const other: ConsumerOverrides = {
  name: 'other',
  sql: 'insert into other values (:id) on conflict do nothing',
  deleteSql: 'delete from other where id = :id',
}
const otherTable = 'create table other (id int primary key)'

for (const { what, rows } of [
  { what: 'a row', rows: 1 },
  { what: 'a transaction that is begun with before it is stored', rows: 60_000 },
]) {
  test(`G7: a consumer whose table is gone halts at ${what}, and the other one of its lane goes on`, async () => {
    const setting = await setUp({ source: someRows, consumers: [{}, other], destination: otherTable })
    try {
      const engine = await setting.start()
      await setting.arrived('the backfill')
      await engine.caughtUp()
      await setting.destination.query('drop table other')
      await setting.source.query(
        `insert into account select g, 'new', 'one' from generate_series(1000, ${999 + rows}) g`,
      )
      await setting.arrived('the row, at the other consumer')
      const status = await engine.until('one halted consumer', ({ consumers }) => consumers[1]?.state === 'halted')
      assert.deepEqual([status.consumers[1]?.failure?.kind, status.consumers[0]?.failure], ['table-missing', undefined])
    } finally {
      await setting.dispose()
    }
  })
}

test('G7: a consumer whose SQL stumbles over a row of its own halts, and the other one of its lane goes on', async () => {
  const stumbling = { ...other, sql: 'insert into other select (select n from two where :id >= 1000)' }
  const setting = await setUp({
    source: someRows,
    consumers: [{}, { ...stumbling, sql: `${stumbling.sql} where :id >= 1000` }],
    destination: `${otherTable}; create table two (n int); insert into two values (1), (2)`,
  })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await setting.source.query(`insert into account values (1000, 'new', 'one')`)
    await setting.arrived('the row, at the other consumer')
    const status = await engine.until('one halted consumer', ({ consumers }) => consumers[1]?.state === 'halted')
    assert.equal(status.consumers[1]?.failure?.sqlstate, '21000')
  } finally {
    await setting.dispose()
  }
})

test('G7: a consumer that cannot catch up says so instead of trying in silence', async () => {
  const setting = await setUp({ source: someRows, consumers: [{}, other], destination: otherTable })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await engine.caughtUp()
    const id = '@test/accounts/other'
    await engine.core.pauseConsumer(id)
    await setting.source.query(`insert into account values (1000, 'during', 'the pause')`)
    await setting.arrived('the row, at the consumer that is not paused')
    await setting.destination.query(
      `create function refuse() returns trigger language plpgsql as 'begin perform 1 from nowhere; return new; end';
       create trigger refuse before insert on other for each row execute function refuse()`,
    )
    await engine.core.resumeConsumer(id)
    await engine.until('a halted consumer', ({ consumers }) => consumers[1]?.state === 'halted')
    await setting.source.query(`insert into account values (1001, 'and', 'after')`)
    await setting.arrived('the row after')
  } finally {
    await setting.dispose()
  }
})

test('G7: pausing and resuming at once, again and again, ends with a consumer that goes on', async () => {
  const setting = await setUp({ source: someRows, consumers: [{}, other], destination: otherTable })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const id = '@test/accounts/other'
    for (let time = 0; time < 20; time++) {
      await setting.source.query(`insert into account values (${1000 + time}, 'new', 'one')`)
      await engine.core.pauseConsumer(id)
      await engine.core.resumeConsumer(id)
    }
    await waitFor(() => setting.destination.query('select count(*)::int as n from other'), {
      what: 'every row at the consumer',
      until: ([row]) => row?.n === 220,
      timeoutMs: 20_000,
    })
    const status = await engine.caughtUp()
    assert.deepEqual(
      status.consumers.map(({ state }) => state),
      ['streaming', 'streaming'],
    )
  } finally {
    await setting.dispose()
  }
})
