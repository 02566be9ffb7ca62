import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from './domain/clock.ts'
import { systemClock } from './replication/system-clock.ts'
import { accountChanges, someAccounts } from './testing/account-changes.ts'
import { type AccountChoices, type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const someRows = someAccounts(200)

const setUp = (choices?: AccountChoices): Promise<AccountSetting> =>
  setUpAccounts({ source: server('source'), destination: server('destination') }, choices)

test('rows that exist are copied, and changes of every kind follow', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const { source } = setting
    for (const [what, sql] of accountChanges) {
      await source.query(sql)
      await setting.arrived(what)
    }
    const status = await engine.caughtUp()
    assert.equal(status.consumers[0]?.deadLetters, 0)
    await waitFor(() => engine.happenings.some(({ event }) => event === 'ready'), { what: 'that it says it is ready' })
  } finally {
    await setting.dispose()
  }
})

test('a stopped engine goes on where it was, and takes no event twice', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const first = await setting.start()
    await setting.arrived('the backfill')
    await first.stop()
    await setting.source.query(`update account set last_name = 'meanwhile' where id = 7`)
    await setting.start()
    await setting.arrived('the change made meanwhile')
    assert.deepEqual(
      await setting.destination.query('select hits from account_destination where id in (7, 8) order by id'),
      [{ hits: 2 }, { hits: 1 }],
    )
  } finally {
    await setting.dispose()
  }
})

test('with --no-backfill a consumer begins with what changes from now on', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = await setting.start({ backfill: false })
    await engine.caughtUp()
    await setting.source.query(`update account set first_name = 'seen' where id = 9`)
    await waitFor(() => setting.destination.query('select id from account_destination'), {
      what: 'the changed row',
      until: (rows) => rows.length > 0,
    })
    assert.deepEqual(await setting.destination.query('select id from account_destination'), [{ id: 9 }])
  } finally {
    await setting.dispose()
  }
})

test('a repeated backfill corrects what changed unseen, deletes what is gone, and leaves equal rows alone', async () => {
  const setting = await setUp({
    source: `insert into account select g, 'first', g::text from generate_series(1, 9000) g`,
  })
  try {
    const engine = await setting.start()
    const schema = (await engine.caughtUp()).publicSchemas[0]?.id ?? ''
    await setting.arrived('the backfill')
    const { source } = setting
    const [publication] = await source.query('select pubname from pg_publication')
    await source.query(`alter publication ${publication?.pubname} drop table account`)
    await source.query(`delete from account where id <= 10 or id > 8990`)
    await source.query(`update account set first_name = 'unseen' where id between 11 and 20`)
    await source.query(`insert into account values (20000, 'unseen', 'too')`)
    await source.query(`alter publication ${publication?.pubname} add table account`)
    await source.query(`update account set last_name = 'seen' where id = 30`)
    await setting.arrived('what was not seen')

    await engine.core.backfillAgain(schema)
    // Asked again while a chunk of the former walk is under way, it begins anew.
    await engine.until('a chunk of the walk', ({ publicSchemas }) => (publicSchemas[0]?.backfill.rowsDone ?? 0) > 0)
    await engine.core.backfillAgain(schema)
    await source.query(`update account set last_name = 'meanwhile' where id = 40`)
    const done = await engine.caughtUp()
    await setting.arrived('what changed meanwhile')
    assert.equal(done.publicSchemas[0]?.backfill.generation, 4)
    assert.deepEqual(
      await setting.destination.query(
        'select count(*)::int as rows, hits from account_destination group by hits order by hits',
      ),
      [
        { rows: 8_969, hits: 1 },
        { rows: 12, hits: 2 },
      ],
    )
    await assert.rejects(
      engine.core.backfillAgain('@test/accounts/nobody@1'),
      /this engine publishes none of that name/,
    )
  } finally {
    await setting.dispose()
  }
})

test('no read of the destination sees a transaction of the source in part', async () => {
  const sql = `create table balance (id int primary key, amount int not null)`
  const setting = await setUp({
    consumers: [
      {
        sql: `insert into balance values (:id, :lastName::int) on conflict (id) do update set amount = excluded.amount`,
        deleteSql: 'delete from balance where id = :id',
      },
    ],
    source: `insert into account select g, 'x', '100' from generate_series(1, 100) g`,
    destination: sql,
  })
  try {
    const engine = await setting.start()
    await engine.caughtUp()
    const clients = await Promise.all([1, 2, 3, 4].map(() => setting.source.session()))
    let moving = true
    const move = async (client: (typeof clients)[number], seed: number): Promise<void> => {
      for (let n = 0; n < 250; n++) {
        const [a, b] = [((seed * 31 + n * 7) % 100) + 1, ((seed * 17 + n * 13) % 100) + 1]
        if (a === b) continue
        const [low, high] = a < b ? [a, b] : [b, a]
        await client.query(`begin; select from account where id in (${low}, ${high}) order by id for update;
          update account set last_name = (last_name::int - 1)::text where id = ${a};
          update account set last_name = (last_name::int + 1)::text where id = ${b}; commit`)
      }
    }
    const reading = (async () => {
      const sums = new Set<number>()
      let reads = 0
      while (moving) {
        const [row] = await setting.destination.query(
          'select sum(amount)::int as total, count(*)::int as rows from balance',
        )
        reads += 1
        sums.add(Number(row?.total))
      }
      return { sums, reads }
    })()
    await Promise.all(clients.map((client, place) => move(client, place + 1)))
    await waitFor(
      () =>
        Promise.all([
          setting.source.query('select id, last_name::int as amount from account order by id'),
          setting.destination.query('select id, amount from balance order by id'),
        ]),
      { what: 'the last balance', until: ([there, here]) => JSON.stringify(there) === JSON.stringify(here) },
    )
    moving = false
    const { sums, reads } = await reading
    assert.ok(reads > 50)
    assert.deepEqual([...sums], [10_000])
    await Promise.all(clients.map((client) => client.close()))
  } finally {
    await setting.dispose()
  }
})

test('a refused row becomes a dead letter, the others go on, and it leaves no value in what is said', async () => {
  const setting = await setUp({
    source: someRows,
    destination: "alter table account_destination add check (full_name not like '%secret%')",
  })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await setting.source.query(
      `begin; update account set first_name = 'top secret' where id = 5; update account set first_name = 'fine' where id = 6; commit`,
    )
    const status = await engine.until('a dead letter', ({ consumers }) => consumers[0]?.deadLetters === 1)
    assert.equal(status.consumers[0]?.state, 'streaming')
    await waitFor(() => setting.destination.query('select full_name from account_destination where id = 6'), {
      what: 'the row beside it',
      until: ([row]) => row?.full_name === 'fine last 6',
    })
    const letter = engine.happenings.find((happening) => happening.event === 'dead-letter')
    assert.ok(letter?.event === 'dead-letter')
    assert.equal(letter.sqlstate, '23514')
    assert.equal(letter.key, '[5]')
    assert.doesNotMatch(JSON.stringify(engine.happenings), /secret/)
    await setting.source.query(`update account set first_name = 'harmless now' where id = 5`)
    await setting.source.query(`update account set first_name = 'after' where id = 6`)
    await waitFor(
      () => setting.destination.query('select full_name from account_destination where id in (5, 6) order by id'),
      {
        what: 'the later event of the other key, while this key waits',
        until: ([five, six]) => six?.full_name === 'after last 6' && five?.full_name === 'first 5 last 5',
      },
    )
  } finally {
    await setting.dispose()
  }
})

test('consumers of one destination move together; a paused one leaves, catches up and comes back', async () => {
  const second = {
    name: 'count-account',
    sql: 'insert into counted (id, changes) values (:id, 1) on conflict (id) do update set changes = counted.changes + 1',
    deleteSql: 'update counted set changes = changes + 1 where id = :id',
  }
  const setting = await setUp({
    consumers: [{}, second],
    source: someRows,
    destination: 'create table counted (id int primary key, changes int not null)',
  })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const id = '@test/accounts/count-account'
    await engine.core.pauseConsumer(id)
    await engine.until('a paused consumer', ({ consumers }) =>
      consumers.some((one) => one.id === id && one.state === 'paused'),
    )
    await setting.source.query(`update account set first_name = 'during the pause' where id <= 20`)
    await setting.arrived('the changes, at the consumer that is not paused')
    assert.deepEqual(await setting.destination.query('select count(*)::int as n from counted where changes > 1'), [
      { n: 0 },
    ])
    await engine.core.resumeConsumer(id)
    await waitFor(() => setting.destination.query('select id from counted where changes = 2'), {
      what: 'what was missed',
      until: (rows) => rows.length === 20,
    })
    const offsets = () => setting.destination.query('select distinct "offset" from rejot.consumer_offset')
    await waitFor(offsets, { what: 'both at one offset', until: (rows) => rows.length === 1 })
    await setting.source.query(`update account set first_name = 'after' where id = 1`)
    await waitFor(() => setting.destination.query('select changes from counted where id = 1'), {
      what: 'the change after',
      until: ([row]) => row?.changes === 3,
    })
  } finally {
    await setting.dispose()
  }
})

/** Only what is waited for longer than three seconds passes quickly: of an hour of tries, the first few as they are. */
const longWaitsAreShort: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms > 3_000 ? ms / 1_000 : ms, signal),
}

test('a destination that is away for an hour holds nothing on the source, and gets everything when it is back', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = await setting.start({ clock: longWaitsAreShort })
    await setting.arrived('the backfill')
    const before = (await engine.caughtUp()).sources[0]?.confirmedLsn
    server('destination').kill('SIGQUIT')
    await server('destination').exited
    await setting.source.query(`update account set first_name = 'while away' where id <= 50`)
    await engine.until('a slot that moves all the same', ({ sources }) => sources[0]?.confirmedLsn !== before)
    await engine.until('changes that wait', ({ consumers }) => (consumers[0]?.pending ?? 0) >= 50)
    const waitedMs = () =>
      engine.happenings.reduce((sum, happening) => sum + (happening.event === 'retrying' ? happening.inMs : 0), 0)
    await waitFor(waitedMs, { what: 'an hour of tries', until: (ms) => ms > 3_600_000, timeoutMs: 60_000 })
    await setting.source.query(`update account set last_name = 'an hour later' where id > 150`)
    await engine.until('later changes that wait', ({ consumers }) => (consumers[0]?.pending ?? 0) >= 100)
    assert.equal(engine.core.status().sources[0]?.state, 'streaming')
    await server('destination').start()
    await setting.arrived('what waited')
    assert.ok(!engine.happenings.some(({ event }) => event === 'halted'))
  } finally {
    await setting.dispose()
  }
})

test('a source that restarts, at once or in order, is followed again', async () => {
  const setting = await setUp({ source: someRows })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    for (const mode of ['immediate', 'fast'] as const) {
      await server('source').restart(mode)
      await waitFor(() => setting.source.query(`update account set last_name = '${mode}' where id = 3`), {
        what: 'the server back',
      })
      await setting.arrived(`the change after a restart, ${mode}`)
    }
    assert.ok(engine.happenings.some(({ event }) => event === 'retrying'))
    assert.ok(!engine.happenings.some(({ event }) => event === 'halted'))
  } finally {
    await setting.dispose()
  }
})

test('two engines on one state folder: the second is refused in words', async () => {
  const setting = await setUp()
  try {
    await setting.start()
    await assert.rejects(setting.start(), /is using it/)
  } finally {
    await setting.dispose()
  }
})
