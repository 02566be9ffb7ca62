import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { callEngine } from './api/call-engine.ts'
import type { ConsumerOverrides } from './testing/account-manifest.ts'
import { type AccountSetting, withAccounts } from './testing/account-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const id = '@test/accounts/consume-account'

function withDatabases(
  choices: { readonly rows: number; readonly consumers?: readonly ConsumerOverrides[]; readonly destination?: string },
  run: (setting: AccountSetting) => Promise<void>,
): Promise<void> {
  const source = `insert into account select n, 'first ' || n, 'last' from generate_series(1, ${choices.rows}) n`
  return withAccounts({ source: server('source'), destination: server('destination') }, { ...choices, source }, run)
}

const other: ConsumerOverrides = {
  name: 'other',
  sql: 'insert into other values (:id, 1) on conflict (id) do update set hits = other.hits + 1',
  deleteSql: 'delete from other where id = :id',
}
const otherTable = 'create table other (id int primary key, hits int not null)'

test('a consumer that starts over writes each row once, deletes what is gone, and leaves the others alone', () =>
  withDatabases({ rows: 500, consumers: [{}, other], destination: otherTable }, async (setting) => {
    const { source, destination, start, arrived } = setting
    const engine = await start()
    await arrived('the backfill')
    for (const round of ['second', 'third']) {
      await source.query(`update account set last_name = '${round}' where id <= 100`)
      await arrived(`the ${round} change`)
    }
    await engine.core.pauseConsumer(id)
    await engine.until('the pause', ({ consumers }) => consumers[0]?.state === 'paused')
    await source.query('delete from account where id in (7, 400)')
    await source.query(`update account set last_name = 'meanwhile' where id = 8`)
    await engine.until('three events that wait', ({ consumers }) => consumers[0]?.pending === 3)
    await destination.query('delete from account_destination where id between 50 and 60')
    await assert.rejects(engine.core.startOver(id), /it is paused/)
    await engine.core.resumeConsumer(id)
    await engine.core.startOver(id)
    await arrived('every row, and no other')
    await engine.caughtUp()
    const hits = await destination.query(
      `select id <= 100 as changed, hits, count(*)::int as rows from account_destination where id <> 8 group by 1, 2 order by 1, 2`,
    )
    assert.deepEqual(hits, [
      { changed: false, hits: 2, rows: 399 },
      // Of the rows that had been deleted by hand.
      { changed: true, hits: 1, rows: 11 },
      { changed: true, hits: 4, rows: 87 },
    ])
    const [untouched] = await destination.query('select max(hits)::int as most from other where id <> 8')
    assert.equal(untouched?.most, 3)
    const { consumers } = await engine.caughtUp()
    assert.deepEqual(
      consumers.map(({ state, deadLetters }) => [state, deadLetters]),
      [
        ['streaming', 0],
        ['streaming', 0],
      ],
    )
  }))

test('killed while a consumer starts over, it goes on there, and each row is still written once', () =>
  withDatabases({ rows: 40_000 }, async ({ source, destination, workspace, startProcess, arrived }) => {
    const first = startProcess()
    await first.said('ready', 60_000)
    await arrived('the backfill')
    // Each page waits for this lock, so that the engine is killed between two of them.
    const blocker = await destination.session()
    await blocker.query('begin')
    await blocker.query('select * from account_destination where id = 15000 for update')
    await callEngine(workspace.stateDir, 'start-over', { consumer: id })
    const place = async () => {
      const [row] = await destination.query('select "offset"::int as place from rejot.consumer_offset')
      return Number(row?.place)
    }
    const killedAt = await waitFor(place, {
      what: 'a part that is written',
      until: (at) => at > 0 && at < 40_000,
      timeoutMs: 30_000,
    })
    await first.signal('SIGKILL')
    await blocker.query('rollback')
    await blocker.close()
    assert.ok(killedAt < 15_000, `it was past the lock, at ${killedAt}`)
    const next = startProcess()
    await next.said('ready', 60_000)
    await source.query(`update account set first_name = 'after' where id = 9`)
    await arrived('everything')
    assert.deepEqual(
      await destination.query(
        'select hits, count(*)::int as rows from account_destination group by hits order by hits',
      ),
      [
        { hits: 2, rows: 39_999 },
        { hits: 3, rows: 1 },
      ],
    )
  }))

test('a destination that another event store has written is taken over by starting over', () =>
  withDatabases({ rows: 50 }, async ({ source, workspace, start, arrived }) => {
    const former = await start()
    await arrived('the backfill')
    await former.stop()
    await rm(workspace.stateDir, { recursive: true })
    await source.query(`update account set first_name = 'meanwhile' where id <= 10`)
    const engine = await start()
    await engine.until('a consumer that refuses', ({ consumers }) => consumers[0]?.state === 'halted')
    await engine.core.startOver('consume-account')
    await arrived('every row')
    await source.query(`update account set first_name = 'later' where id = 20`)
    await arrived('what comes then')
    assert.equal((await engine.caughtUp()).consumers[0]?.failure, undefined)
  }))

test('dead letters go with a new beginning, but for what only they know to be deleted', () =>
  withDatabases(
    {
      rows: 20,
      destination: `alter table account_destination add constraint no_bad_name check (full_name not like 'Bad%')`,
    },
    async ({ source, destination, start, arrived }) => {
      const engine = await start()
      await arrived('the backfill')
      await source.query(`update account set first_name = 'Bad' where id in (1, 2, 3)`)
      await engine.until('three dead letters', ({ consumers }) => consumers[0]?.deadLetters === 3)
      await source.query('delete from account where id = 3')
      await source.query(`update account set first_name = 'Good' where id = 2`)
      await engine.until('both changes', ({ consumers }) => consumers[0]?.offset === 25)
      await engine.core.startOver(id)
      const { consumers } = await engine.until(
        'one that is refused again',
        ({ consumers: [one] }) => one?.deadLetters === 2 && one.state === 'streaming',
      )
      assert.equal(consumers[0]?.deadLetters, 2)
      await destination.query('alter table account_destination drop constraint no_bad_name')
      const { applied, refused } = await engine.core.replay(id, { deadLetters: {} })
      assert.deepEqual([applied, refused], [2, 0])
      await arrived('all, and the deletion')
    },
  ))
