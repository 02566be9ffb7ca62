import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerOverrides } from './testing/account-manifest.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Consumers of one lane share a transaction, and not their troubles.

const server = withServers(['source', 'destination'])
const servers = () => ({ source: server('source'), destination: server('destination') })

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

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
    const setting = await setUpAccounts(servers(), {
      source: someRows,
      consumers: [{}, other],
      destination: otherTable,
    })
    try {
      const engine = await setting.start()
      await setting.arrived('the backfill')
      await engine.caughtUp()
      await setting.destination.query('drop table other')
      await setting.source.query(
        `insert into account select g, 'new', 'one' from generate_series(1000, ${999 + rows}) g`,
      )
      await setting.arrived('the row, at the other consumer', { timeoutMs: 90_000 })
      const status = await engine.until('one halted consumer', ({ consumers }) => consumers[1]?.state === 'halted')
      assert.deepEqual([status.consumers[1]?.failure?.kind, status.consumers[0]?.failure], ['table-missing', undefined])
    } finally {
      await setting.dispose()
    }
  })
}

test('G7: a consumer whose SQL stumbles over a row of its own halts, and the other one of its lane goes on', async () => {
  const stumbling = { ...other, sql: 'insert into other select (select n from two where :id >= 1000)' }
  const setting = await setUpAccounts(servers(), {
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
  const setting = await setUpAccounts(servers(), { source: someRows, consumers: [{}, other], destination: otherTable })
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
  const setting = await setUpAccounts(servers(), { source: someRows, consumers: [{}, other], destination: otherTable })
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

const waiting: ConsumerOverrides = {
  name: 'other',
  sql: 'insert into waited values (:id, :lastName) on conflict (id) do update set last_name = excluded.last_name',
  deleteSql: 'delete from waited where id = :id',
}

test('G7: a consumer that is paused while its lane lets another one in is not taken along once more', async () => {
  const setting = await setUpAccounts(servers(), {
    source: someRows,
    consumers: [{}, waiting],
    destination: 'create table waited (id int primary key, last_name text)',
  })
  const { source, destination } = setting
  const blocker = await destination.session()
  const nameOf = (table: string, column: string) =>
    destination.query(`select ${column} as name from ${table} where id = 9`).then(([row]) => row?.name)
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await engine.caughtUp()
    const [leaver, joiner] = ['@test/accounts/consume-account', '@test/accounts/other']
    await engine.core.pauseConsumer(joiner)
    await engine.until('the pause', ({ consumers }) => consumers[1]?.state === 'paused')
    await source.query(`update account set last_name = 'missed' where id = 8`)
    await setting.arrived('what the paused one has missed')
    // The lane stands at its boundary while the other one catches up, behind this lock.
    await blocker.query('begin')
    await blocker.query('select from waited where id = 8 for update')
    await engine.core.resumeConsumer(joiner)
    await waitFor(() => destination.query('select from pg_locks where not granted and pid <> pg_backend_pid()'), {
      what: 'a consumer that is being let in',
      until: (locks) => locks.length > 0,
    })
    await engine.core.pauseConsumer(leaver)
    await source.query(`update account set last_name = 'later' where id = 9`)
    await engine.until('a change that waits for both', ({ consumers }) =>
      consumers.every(({ offset, head }) => offset < head),
    )
    await blocker.query('commit')
    await waitFor(() => nameOf('waited', 'last_name'), { what: 'it at the one let in', until: (n) => n === 'later' })
    assert.equal(await nameOf('account_destination', 'full_name'), 'first 9', 'it was written after the pause')
    await engine.core.resumeConsumer(leaver)
    await setting.arrived('it at the one that had left')
    const { consumers } = await engine.caughtUp()
    assert.deepEqual(
      consumers.map(({ state }) => state),
      ['streaming', 'streaming'],
    )
  } finally {
    await blocker.close()
    await setting.dispose()
  }
})
