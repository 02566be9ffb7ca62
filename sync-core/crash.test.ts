import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { test } from 'node:test'
import { type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { expectSameRows } from './testing/compare-tables.ts'
import type { TestWorkspace } from './testing/engine.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

/**
 * Each event of a key adds one, so that an event that is lost or applied twice shows: `hits` is then not the number of
 * events that the store holds for the key.
 */
const countingSql = `insert into account_destination (id, full_name, emails, hits) values (:id, :firstName || ' ' || :lastName, null, 1)
  on conflict (id) do update set full_name = excluded.full_name, hits = account_destination.hits + 1`
const countingTable =
  'create table account_destination (id int primary key, full_name text not null, emails text, hits int not null)'

function setUp(source = ''): Promise<AccountSetting> {
  const servers = { source: server('source'), destination: server('destination') }
  return setUpAccounts(servers, { source, destinationTable: countingTable, consumers: [{ sql: countingSql }] })
}

/**
 * Runs an engine and kills it `times` times: as soon as something has happened since it began, and every other time at
 * once, while it starts.
 */
async function killRepeatedly(
  setting: AccountSetting,
  times: number,
  progress: () => Promise<number>,
  end = Number.POSITIVE_INFINITY,
): Promise<EngineProcess> {
  for (let kill = 0; kill < times; kill++) {
    const engine = setting.startProcess()
    const before = await progress()
    await engine.said('started')
    if (kill % 2 === 0) {
      await waitFor(progress, { what: 'progress', until: (now) => now > before || now >= end, timeoutMs: 60_000 })
    }
    assert.equal(await engine.signal('SIGKILL'), 'SIGKILL')
  }
  return setting.startProcess()
}

const sourceRows = `select id, first_name || ' ' || last_name as full_name from account where active`
const destinationRows = 'select id, full_name from account_destination'

async function arrived({ source, destination }: AccountSetting, timeoutMs = 120_000): Promise<number> {
  const counted = await source.query(`select count(*)::int as n from account where active`)
  await waitFor(() => destination.query('select count(*)::int as n from account_destination'), {
    what: 'all rows',
    until: ([row]) => row?.n === counted[0]?.n,
    timeoutMs,
  })
  return waitFor(
    () => expectSameRows({ database: source, sql: sourceRows }, { database: destination, sql: destinationRows }),
    { what: 'the same rows', timeoutMs },
  )
}

/** Every event was applied exactly once: the number of hits of a row is the number of its events. */
async function assertExactlyOnce({ destination, workspace }: AccountSetting): Promise<void> {
  const events = new Map<string, number>()
  for (const { key } of storedEvents(workspace)) events.set(key, (events.get(key) ?? 0) + 1)
  const rows = await destination.query('select id, hits from account_destination')
  const wrong = rows.filter((row) => events.get(`[${row.id}]`) !== row.hits)
  assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${rows.length} rows were not applied once an event`)
  assert.equal(events.size, rows.length)
}

test('20,000 one-row transactions arrive exactly once with the engine killed five times', async () => {
  const setting = await setUp()
  const first = setting.startProcess()
  await first.said('ready')
  await first.signal('SIGKILL')
  const writer = await setting.source.session()
  try {
    await setting.source.query(`create procedure fill() language plpgsql as $$ begin
      for n in 1..20000 loop insert into account values (n, 'first', n::text); commit; end loop; end $$`)
    const writing = writer.query('call fill()')
    const arrivedRows = async (): Promise<number> =>
      Number((await setting.destination.query('select count(*)::int as n from account_destination'))[0]?.n)
    const engine = await killRepeatedly(setting, 5, arrivedRows, 20_000)
    await writing
    assert.equal(await arrived(setting), 20_000)
    await engine.said('ready')
    assert.equal(await engine.signal('SIGTERM'), 0)
    await assertExactlyOnce(setting)
  } finally {
    await writer.close()
    await setting.dispose()
  }
})

/** 1,000,000 by hand. What is killed in takes as long as it does; what counts is that it is many slices and many chunks. */
const manyRows = Number(process.env.REJOT_LARGE_ROWS ?? 150_000)

test('one transaction of very many rows arrives exactly once and never in part with the engine killed five times', async () => {
  const setting = await setUp()
  const first = setting.startProcess()
  await first.said('ready')
  await first.signal('SIGKILL')
  try {
    await setting.source.query(`insert into account select g, 'first', g::text from generate_series(1, ${manyRows}) g`)
    const seen = new Set<number>()
    let watching = true
    const watch = (async () => {
      while (watching) {
        const [row] = await setting.destination.query('select count(*)::int as n from account_destination')
        seen.add(Number(row?.n))
      }
    })()
    // Its progress is the size of the store: at the destination there is none until the end.
    const engine = await killRepeatedly(setting, 5, () => storeBytes(setting.workspace))
    assert.equal(await arrived(setting, 60_000 + manyRows), manyRows)
    watching = false
    await watch
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [0, manyRows],
    )
    assert.equal(await engine.signal('SIGTERM'), 0)
    await assertExactlyOnce(setting)
  } finally {
    await setting.dispose()
  }
})

test('killed in a backfill, it goes on with it and misses no change made meanwhile', async () => {
  const setting = await setUp(`insert into account select g, 'first', g::text from generate_series(1, 30000) g`)
  try {
    let changing = true
    const changes = (async () => {
      for (let n = 1; changing; n++) {
        await setting.source.query(`update account set first_name = 'changed' where id = ${(n * 7919) % 30_000}`)
        await setting.source.query(`delete from account where id = ${(n * 104_729) % 30_000}`)
      }
    })()
    const progress = async (): Promise<number> =>
      Number((await setting.destination.query('select count(*)::int as n from account_destination'))[0]?.n)
    const engine = await killRepeatedly(setting, 4, progress)
    await engine.said('ready', 60_000)
    changing = false
    await changes
    await arrived(setting)
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

async function storeBytes({ stateDir }: TestWorkspace): Promise<number> {
  const sizes = await Promise.all(
    ['events.db', 'events.db-wal'].map((name) =>
      stat(`${stateDir}/${name}`).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
