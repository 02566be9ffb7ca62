import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { StartPosition } from './domain/consumer-start.ts'
import { planPipeline } from './plan-pipeline.ts'
import { readPipeline } from './read-pipeline.ts'
import { readStore } from './read-store.ts'
import { accountDestinationTable, accountTruth, type ConsumerOverrides } from './testing/account-manifest.ts'
import { type AccountSetting, withAccounts } from './testing/account-setting.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const rows = `insert into account select g, 'first', g::text from generate_series(1, 300) g`
/** Of ten rows two events each, five that go, and a new one. */
const changes = [
  `update account set first_name = 'second' where id <= 10`,
  `update account set first_name = 'third' where id <= 10`,
  'delete from account where id between 11 and 15',
  `insert into account values (1001, 'new', 'row')`,
]
/** How often each row was written at the destination, where those from before were brought by somebody else. */
const untouched = 300 - 15

/** Each event that it gets counts; what goes without having been there would leave a trace. */
const counting = (name: string, table = 'second'): ConsumerOverrides => ({
  name,
  sql: `insert into ${table} (id, full_name, emails, hits) values (:id, :firstName || ' ' || :lastName, array_to_string(:emails, ','), 1)
    on conflict (id) do update set full_name = excluded.full_name, emails = excluded.emails, hits = ${table}.hits + 1`,
  deleteSql: `with gone as (delete from ${table} where id = :id returning id)
    insert into ${table} (id, full_name) select -:id, 'deleted without need' where not exists (select from gone)`,
})

function withSetting(act: (setting: AccountSetting) => Promise<void>): Promise<void> {
  const tables = ['second', 'third'].map((name) => accountDestinationTable.replace('account_destination', name))
  const servers = { source: server('source'), destination: server('destination') }
  return withAccounts(servers, { source: rows, destination: tables.join('; ') }, act)
}

/** What was there at the position comes from elsewhere, a dump for instance. */
async function bringRows({ source, destination }: AccountSetting, table: string): Promise<void> {
  const there = await source.query(accountTruth)
  const sql = `insert into ${table} (id, full_name, emails) select * from json_to_recordset($1) as r(id int, full_name text, emails text)`
  await destination.query(sql, [JSON.stringify(there)])
}

const settle = async (
  { workspace }: AccountSetting,
  starts: Readonly<Record<string, StartPosition | 'everything'>>,
  history = {},
): Promise<void> => {
  const consumers = Object.fromEntries(Object.entries(starts).map(([name, start]) => [name, { start }]))
  await workspace.writeSettings({ consumers, history })
}

/** The rows in the store, a position behind them by event and by time, and then the changes. */
async function changedSince(
  setting: AccountSetting,
): Promise<{ readonly after: number; readonly since: string; readonly store: string }> {
  const engine = await setting.start()
  await engine.caughtUp()
  await setting.arrived('the rows')
  const [last] = storedEvents(setting.workspace)
  assert.ok(last !== undefined)
  const time = last.receivedAt + 1
  await waitFor(() => Date.now(), { what: 'another millisecond', until: (now) => now > time })
  for (const table of ['second', 'third']) await bringRows(setting, table)
  for (const change of changes) {
    await setting.source.query(change)
    await setting.arrived('a change')
  }
  await engine.stop()
  const store = readStore(setting.workspace.stateDir)
  try {
    return { after: last.offset, since: new Date(time).toISOString(), store: store.events.store }
  } finally {
    store.close()
  }
}

/** Rows that were written once, and twice. */
const hits = (once: number, twice: number) => [
  { hits: 1, n: once },
  { hits: 2, n: twice },
]

const hitsOf = ({ destination }: AccountSetting, table: string) =>
  destination.query(`select hits, count(*)::int as n from ${table} group by hits order by hits`)

test('a consumer that begins behind a position gets of each row that changed since the last event, deletes too, and then follows', () =>
  withSetting(async (setting) => {
    const { source, destination, workspace } = setting
    const { after, since, store } = await changedSince(setting)
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const other = randomUUID()
    const names = ['by-event', 'elsewhere', 'ahead', 'tomorrow']
    await setting.setConsumers([{}, ...names.map((name) => counting(name)), counting('by-time', 'third')])
    await settle(setting, {
      'by-event': { after, store },
      'by-time': { since },
      elsewhere: { after, store: other },
      ahead: { after: 1_000_000, store },
      tomorrow: { since: later },
    })

    const { pipeline } = await readPipeline([workspace.manifestPath], process.env)
    const planned = await planPipeline(pipeline, workspace.stateDir, false)
    const head = storedEvents(workspace)[0]?.offset
    const refusals = [
      ['ahead', `after event 1000000: the last event of its source is ${head}`],
      [
        'elsewhere',
        `after event ${after}: that is an event of another event store, ${other}, and this one is ${store}`,
      ],
      ['tomorrow', `since ${later}: that time has not come yet`],
    ] as const
    const writes = 'writes @test/accounts/publish-account@1 into billing-db, beginning with 16 rows changed'
    assert.deepEqual(
      planned
        .filter(({ kind }) => kind === 'consumer')
        .map(({ action, object, what }) => [action, object.split('/')[2], what]),
      [
        ['add', 'by-event', `${writes} after event ${after}, 5 of them deleted`],
        ['problem', 'elsewhere', `cannot begin ${refusals[1][1]}`],
        ['problem', 'ahead', `cannot begin ${refusals[0][1]}`],
        ['problem', 'tomorrow', `cannot begin ${refusals[2][1]}`],
        ['add', 'by-time', `${writes} since ${since}, 5 of them deleted`],
      ],
    )

    const engine = await setting.start()
    for (const table of ['second', 'third']) await setting.arrived('what changed since', { table })
    for (const table of ['second', 'third']) assert.deepEqual(await hitsOf(setting, table), hits(untouched + 1, 10))
    for (const [name, words] of refusals) {
      const { consumers } = await engine.until(`that ${name} is refused`, (status) =>
        status.consumers.some((consumer) => consumer.name === name && consumer.state === 'halted'),
      )
      const failure = consumers.find((consumer) => consumer.name === name)?.failure
      assert.equal(failure?.message, `Cannot begin @test/accounts/${name} ${words}`)
    }
    const begun = await destination.query(`select consumer from rejot.consumer_offset order by 1`)
    assert.deepEqual(
      begun.map(({ consumer }) => String(consumer).split('/')[2]),
      ['by-event', 'by-time', 'consume-account'],
    )
    await source.query(`update account set last_name = 'streamed' where id = 100`)
    for (const table of ['second', 'third']) await setting.arrived('what is streamed', { table })
    await engine.stop()

    // That it has begun is not forgotten, whatever its settings say now; told to start over it gets everything.
    await settle(setting, { 'by-event': { after: 1, store }, 'by-time': 'everything' })
    await setting.setConsumers([{}, counting('by-event'), counting('by-time', 'third')])
    const again = await setting.start()
    await again.caughtUp()
    assert.deepEqual(await hitsOf(setting, 'second'), hits(untouched, 11))
    await destination.query('delete from third')
    await again.core.startOver('by-time')
    await setting.arrived('every row', { table: 'third' })
  }))

test('killed between beginning behind a position and the first write, it still gets each row that changed since once', () =>
  withSetting(async (setting) => {
    const { source, destination } = setting
    const { after, since, store } = await changedSince(setting)
    await setting.setConsumers([{}, counting('by-event'), counting('by-time', 'third')])
    await settle(setting, { 'by-event': { after, store }, 'by-time': { since } })
    const blocker = await destination.session()
    try {
      await blocker.query('begin; update second set hits = hits; update third set hits = hits')
      const killed = setting.startProcess()
      const places = () =>
        destination.query(
          `select consumer from rejot.consumer_offset where consumer like '%by-%' and "offset" = ${after}`,
        )
      await waitFor(places, { what: 'both of them begun', until: ({ length }) => length === 2, timeoutMs: 30_000 })
      await killed.signal('SIGKILL')
    } finally {
      await blocker.close()
    }
    // What they begin with is not what has changed until then, but nothing of that comes twice either.
    await source.query(`update account set first_name = 'later' where id between 21 and 30`)
    await setting.start()
    for (const table of ['second', 'third']) {
      await setting.arrived('what changed since', { table })
      assert.deepEqual(await hitsOf(setting, table), hits(untouched + 1 - 10, 20))
    }
  }))

test('behind a position history keeps what was deleted until it is written, and what is gone is said before', () =>
  withSetting(async (setting) => {
    const { source, destination, workspace } = setting
    const { after, store } = await changedSince(setting)
    await setting.setConsumers([{}, counting('by-event')])
    await settle(setting, { 'by-event': { after, store } }, { days: 0, megabytes: 0 })
    const blocker = await destination.session()
    try {
      await blocker.query('begin; update second set hits = hits')
      const engine = await setting.start()
      await setting.arrived('what was there')
      for (const n of [1, 2, 3]) {
        await source.query(`update account set last_name = 'later ${n}' where id = 200`)
        await setting.arrived('another epoch')
      }
      await engine.until('for whom', (status) => status.store.heldFor.includes('@test/accounts/by-event'))
      await blocker.query('rollback')
      await setting.arrived('what changed since', { table: 'second' })
      await source.query('delete from account where id = 201')
      await setting.arrived('a deletion')
      await source.query(`update account set last_name = 'last' where id = 200`)
      await waitFor(() => storedEvents(workspace, { operations: ['delete'] }).length, {
        what: 'no deletion in the log any more',
        until: (n) => n === 0,
      })
      await engine.stop()
    } finally {
      await blocker.close()
    }

    await setting.setConsumers([{}, counting('late', 'third')])
    await settle(setting, { late: { after, store } }, { days: 0, megabytes: 0 })
    const { pipeline } = await readPipeline([workspace.manifestPath], process.env)
    const planned = await planPipeline(pipeline, workspace.stateDir, false)
    assert.match(
      planned.find(({ object }) => object.endsWith('late'))?.what ?? '',
      /beginning with 12 rows changed after event \d+; what was deleted up to event \d+ is not known any more$/,
    )
    const engine = await setting.start()
    await engine.caughtUp()
    const gone = 'select array_agg(id order by id) as ids from third where id between 11 and 15 or id = 201'
    assert.deepEqual(await destination.query(gone), [{ ids: [11, 12, 13, 14, 15, 201] }])
    assert.deepEqual(await hitsOf(setting, 'third'), hits(300 - 11 + 1, 11))
  }))
