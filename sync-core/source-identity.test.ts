import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PostgresConnection } from './domain/connection.ts'
import type { FailureKind } from './domain/failure.ts'
import { accountArrived, accountManifest, accountTables, accountTruth } from './testing/account-manifest.ts'
import { type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { expectSameRows } from './testing/compare-tables.ts'
import type { TestEngine } from './testing/engine.ts'
import { type PostgresServer, startPostgresServer } from './testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Small WAL segments, so that a slot can be lost within a second.
const server = withServers(['source', 'destination'], {
  initdb: ['--wal-segsize=1'],
  settings: { min_wal_size: '2MB' },
})

const someRows = `
insert into account select g, 'first', g::text from generate_series(1, 200) g;
insert into account_emails select g, g, g || '@example.org' from generate_series(1, 200) g;`

/** Rows of every kind of change, so that each way of missing one shows. */
const gapSql = `
update account set first_name = 'changed' where id <= 20;
delete from account_emails where account_id between 101 and 110;
delete from account where id between 21 and 40;
update account set active = false where id between 41 and 50;
update account set id = id + 1000 where id between 51 and 60;
insert into account select g, 'new', g::text from generate_series(2001, 2020) g;`

interface Setting extends AccountSetting {
  readonly server: PostgresServer
  readonly slot: string
  /** What the destination holds now. */
  held(): Promise<string>
}

async function setUp(sourceServer = server('source')): Promise<Setting> {
  const servers = { source: sourceServer, destination: server('destination') }
  const setting = await setUpAccounts(servers, { source: someRows })
  return {
    ...setting,
    server: sourceServer,
    slot: `slot_${setting.source.name}`,
    held: async () => JSON.stringify(await setting.destination.query(`${accountArrived} order by id`)),
  }
}

async function halted(engine: TestEngine, kind: FailureKind, says: RegExp): Promise<void> {
  const { sources } = await engine.until('a halted source', (status) => status.sources[0]?.state === 'halted')
  assert.equal(sources[0]?.failure?.kind, kind)
  assert.match(sources[0]?.failure?.message ?? '', says)
  assert.match(sources[0]?.failure?.solution ?? '', /^Recover accounts-db \(rejot recover accounts-db\): /)
}

/** Follows, recovers, and follows again. */
async function comesBack(setting: Setting, engine: TestEngine): Promise<void> {
  await engine.core.recoverSource('accounts-db')
  await setting.arrived('every row again, and nothing that is gone')
  const { sources } = await engine.caughtUp()
  assert.equal(sources[0]?.failure, undefined)
  await setting.source.query(`update account set last_name = 'after' where id <= 5`)
  await setting.arrived('a change after the recovery')
}

interface Fault {
  readonly what: string
  readonly kind: FailureKind
  readonly says: RegExp
  /** While the engine is away. */
  readonly happens: (setting: Setting) => Promise<unknown>
}

const faults: readonly Fault[] = [
  {
    what: 'its slot was dropped',
    kind: 'slot-lost',
    says: /its slot \w+ is gone, and with it the changes since$/,
    async happens({ source, slot }) {
      await source.query(gapSql)
      await source.query('select pg_drop_replication_slot($1)', [slot])
    },
  },
  {
    what: 'its slot was dropped and made again under its name, which leaves a gap that nothing shows',
    kind: 'slot-lost',
    says: /its slot \w+ is at [^,]+, past what is stored/,
    async happens({ source, slot }) {
      await source.query('select pg_drop_replication_slot($1)', [slot])
      await source.query(gapSql)
      await source.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [slot])
    },
  },
  {
    what: 'another program has read its slot',
    kind: 'slot-lost',
    says: /its slot \w+ is at [^,]+, past what is stored/,
    async happens({ source, slot }) {
      await source.query(gapSql)
      await source.query(`select pg_replication_slot_advance($1, pg_current_wal_lsn())`, [slot])
    },
  },
  {
    what: 'the server has thrown away WAL that its slot needed',
    kind: 'slot-lost',
    says: /the server has thrown away WAL that its slot \w+ still needed$/,
    async happens({ source, slot }) {
      await source.query(`alter system set max_slot_wal_keep_size = '1MB'`)
      await source.query('select pg_reload_conf()')
      try {
        await source.query(gapSql)
        await waitFor(
          async () => {
            await source.query(`select pg_logical_emit_message(false, 'noise', repeat('x', 1500000))`)
            await source.query('checkpoint')
            return source.query('select wal_status from pg_replication_slots where slot_name = $1', [slot])
          },
          { what: 'a lost slot', until: ([row]) => row?.wal_status === 'lost', timeoutMs: 30_000 },
        )
      } finally {
        await source.query('alter system reset max_slot_wal_keep_size')
        await source.query('select pg_reload_conf()')
      }
    },
  },
]

for (const { what, kind, says, happens } of faults) {
  test(`${what}: the source halts in words, writes nothing, and comes back whole`, async () => {
    const setting = await setUp()
    try {
      const first = await setting.start()
      await setting.arrived('the backfill')
      await first.caughtUp()
      await first.stop()
      await happens(setting)
      const before = await setting.held()
      const engine = await setting.start()
      await halted(engine, kind, says)
      assert.equal(await setting.held(), before)
      await comesBack(setting, engine)
    } finally {
      await setting.dispose()
    }
  })
}

test('its slot is taken away while it runs: the source halts in words, and comes back whole', async () => {
  const setting = await setUp()
  const { source, slot } = setting
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await engine.caughtUp()
    await waitFor(
      async () => {
        await source.query('select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1', [
          slot,
        ])
        await source.query('select pg_drop_replication_slot($1)', [slot])
        return true
      },
      { what: 'a dropped slot' },
    )
    await source.query(gapSql)
    await halted(engine, 'slot-lost', /its slot \w+ is gone/)
    await comesBack(setting, engine)
  } finally {
    await setting.dispose()
  }
})

/** Leads the manifest's connection to another server, as a host name does that somebody points elsewhere. */
async function lead(setting: Setting, source: PostgresConnection): Promise<void> {
  const manifest = accountManifest(source, setting.destination.connection, [{}], setting.slot)
  await writeFile(setting.workspace.manifestPath, JSON.stringify(manifest))
}

test('another cluster answers behind the same name: nothing is made there, and it is followed only when told so', async () => {
  const setting = await setUp()
  const elsewhere = await startPostgresServer({ settings: { fsync: 'off' } })
  const restored = await createDatabase(elsewhere, { slug: 'accounts', sql: `${accountTables};${someRows};${gapSql}` })
  try {
    const first = await setting.start()
    await setting.arrived('the backfill')
    await first.stop()
    const before = await setting.held()
    await lead(setting, restored.connection)
    const engine = await setting.start()
    await halted(engine, 'source-replaced', /another database cluster answers than the one that was followed$/)
    assert.equal(await setting.held(), before)
    assert.deepEqual(await restored.query('select slot_name from pg_replication_slots'), [])
    assert.deepEqual(await restored.query('select pubname from pg_publication'), [])
    await comesBack({ ...setting, source: restored, arrived: arrivedFrom(restored, setting.destination) }, engine)
  } finally {
    await setting.dispose()
    await restored.drop()
    await elsewhere.stop('immediate')
  }
})

function arrivedFrom(source: TestDatabase, destination: TestDatabase): Setting['arrived'] {
  const same = (): Promise<number> =>
    expectSameRows({ database: source, sql: accountTruth }, { database: destination, sql: accountArrived })
  return async (what) => {
    await waitFor(async () => (await same()) >= 0, { what, timeoutMs: 30_000 })
  }
}

/** The server stands still, in order, while its files are worked on. */
async function whileDown(postgres: PostgresServer, work: () => Promise<unknown>): Promise<void> {
  postgres.kill('SIGINT')
  await postgres.exited
  await work()
  await postgres.start()
}

const noise = `select pg_logical_emit_message(false, 'noise', repeat('x', 1000000))`

async function bringBack({ server: postgres }: Setting): Promise<void> {
  const { dataDir } = postgres
  await whileDown(postgres, async () => {
    await rm(dataDir, { recursive: true })
    await rename(`${dataDir}-older`, dataDir)
  })
}

interface Restore {
  readonly what: string
  /** With what will be lost. */
  readonly writes: string
  readonly says: RegExp
  readonly restore: (setting: Setting) => Promise<void>
}

const restores: readonly Restore[] = [
  {
    what: 'the server was restored from an older copy of its files',
    writes: noise,
    says: /it is in an older state, at [^,]+, than was read from it/,
    restore: bringBack,
  },
  {
    what: 'the server was restored from an older copy, and has written more since than was lost',
    writes: 'select 1',
    says: /it has no commit at [^,]+, which was read from it before$/,
    async restore(setting) {
      await bringBack(setting)
      await setting.source.query(gapSql)
      await setting.source.query(noise)
    },
  },
  {
    what: 'the server was promoted, or restored to a point in time',
    writes: 'select 1',
    says: /it was restored or promoted: it is on timeline 2, and was followed on 1$/,
    async restore({ server: postgres, source }) {
      await whileDown(postgres, () => writeFile(join(postgres.dataDir, 'standby.signal'), '', { mode: 0o644 }))
      await waitFor(() => source.query('select pg_promote()'), { what: 'a promoted server' })
      await source.query(gapSql)
    },
  },
]

for (const { what, writes, says, restore } of restores) {
  test(`${what}: the source halts in words, writes nothing, and comes back whole`, async () => {
    const postgres = await startPostgresServer({ settings: { fsync: 'off' } })
    const setting = await setUp(postgres)
    try {
      const first = await setting.start()
      await setting.arrived('the backfill')
      await first.stop()
      // With its owner, who is not always who runs the tests.
      await whileDown(postgres, async () => execFileSync('cp', ['-a', postgres.dataDir, `${postgres.dataDir}-older`]))
      const second = await setting.start()
      await setting.source.query(writes)
      await setting.source.query(`insert into account values (3001, 'lost', 'later')`)
      await setting.arrived('what the older state does not have')
      await second.stop()
      await restore(setting)
      const before = await setting.held()
      const engine = await setting.start()
      await halted(engine, 'source-replaced', says)
      assert.equal(await setting.held(), before)
      await comesBack(setting, engine)
    } finally {
      await setting.dispose()
      await postgres.stop('immediate')
    }
  })
}

test('a source that is well is not recovered', async () => {
  const setting = await setUp()
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await assert.rejects(
      engine.core.recoverSource('accounts-db'),
      /Cannot recover accounts-db: its slot is as it was left/,
    )
    await setting.source.query(gapSql)
    await setting.arrived('the changes after')
  } finally {
    await setting.dispose()
  }
})

async function consumerHalted(engine: TestEngine, says: RegExp): Promise<void> {
  const { consumers } = await engine.until('a halted consumer', (status) => status.consumers[0]?.state === 'halted')
  assert.equal(consumers[0]?.failure?.kind, 'store')
  assert.match(consumers[0]?.failure?.message ?? '', says)
  assert.match(
    consumers[0]?.failure?.solution ?? '',
    /^Bring the state folder back that wrote it; or empty what it writes/,
  )
}

/** What the solution says, and then everything must be there. */
async function writtenAgain(setting: Setting): Promise<void> {
  await setting.destination.query('truncate account_destination; delete from rejot.consumer_offset')
  await setting.start()
  await setting.arrived('every row, written again')
}

test('the state folder is deleted: the consumer halts in words, writes nothing, and is written again when told so', async () => {
  const setting = await setUp()
  try {
    const first = await setting.start()
    await setting.arrived('the backfill')
    await first.stop()
    await rm(setting.workspace.stateDir, { recursive: true })
    await setting.source.query(gapSql)
    const before = await setting.held()
    const engine = await setting.start()
    await consumerHalted(engine, /its destination was written from another event store$/)
    await engine.until('a source that is followed', ({ sources }) => sources[0]?.state === 'streaming')
    assert.equal(await setting.held(), before)
    await engine.stop()
    await writtenAgain(setting)
  } finally {
    await setting.dispose()
  }
})

test('the state folder is one of yesterday: both halt in words, and its new offsets are not taken for those that were lost', async () => {
  const setting = await setUp()
  const { stateDir } = setting.workspace
  try {
    const first = await setting.start()
    await setting.arrived('the backfill')
    await first.stop()
    await cp(stateDir, `${stateDir}-yesterday`, { recursive: true })
    const second = await setting.start()
    await setting.source.query(`update account set last_name = 'today' where id <= 30`)
    await setting.arrived('what yesterday does not have')
    await second.stop()
    await rm(stateDir, { recursive: true })
    await rename(`${stateDir}-yesterday`, stateDir)
    await setting.source.query(`update account set first_name = 'tomorrow'`)
    const before = await setting.held()
    const engine = await setting.start()
    await halted(engine, 'slot-lost', /its slot \w+ is at [^,]+, past what is stored/)
    await consumerHalted(engine, /its destination was written from a later state of the event store than this one$/)
    await engine.core.recoverSource('accounts-db')
    const { consumers } = await engine.until(
      'a store that has grown past the offset of its destination',
      ({ publicSchemas, sources }) => sources[0]?.state === 'streaming' && publicSchemas[0]?.backfill.state === 'done',
    )
    await engine.stop()
    const [row] = await setting.destination.query('select "offset"::int as at from rejot.consumer_offset')
    assert.ok(Number(row?.at) < Number(consumers[0]?.head), 'the test is about offsets that both have given')
    const third = await setting.start()
    await consumerHalted(third, /its destination was written from a later state/)
    assert.equal(await setting.held(), before)
    await third.stop()
    await writtenAgain(setting)
  } finally {
    await setting.dispose()
  }
})
