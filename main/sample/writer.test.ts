import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createManualClock, type ManualClock } from '../../sync-core/testing/manual-clock.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import { withServers } from '../../sync-core/testing/with-servers.ts'
import { startWriter } from './writer.ts'
import { actionSql } from './writer-action.ts'

const servers = withServers(['accounts'])
const sql = readFileSync(new URL('../../assets/sample/accounts.sql', import.meta.url), 'utf8')

// Which transaction wrote each row shows every change, also one that changes nothing.
const fingerprintSql = `
  select md5(string_agg(row, ' ' order by row)) as hash
  from (select xmin::text || account::text as row from account
        union all select xmin::text || account_emails::text from account_emails) rows`

test('each action is one transaction that changes what it says', async () => {
  const accounts = await createDatabase(servers('accounts'), { sql })
  const steps = [
    ['add-account', 1, 1],
    ['add-email', 0, 1],
    ['move-email', 0, 0],
    ['remove-email', 0, -1],
    ['rename', 0, 0],
  ] as const
  for (const [action, moreAccounts, moreEmails] of steps) {
    const before = await look(accounts)
    await accounts.query(actionSql[action])
    const after = await look(accounts)
    assert.deepEqual(
      [after.accounts - before.accounts, after.emails - before.emails],
      [moreAccounts, moreEmails],
      action,
    )
    assert.notEqual(after.hash, before.hash, action)
  }
  await accounts.query(actionSql['delete-account'])
  assert.equal((await look(accounts)).accounts, 400)
  await accounts.drop()
})

test('it makes five transactions a second, none while paused, and goes on after that', async () => {
  const accounts = await createDatabase(servers('accounts'), { sql })
  const clock = createManualClock()
  const writer = startWriter({ connection: accounts.connection, clock, dice: () => 0 })
  await clock.whenSleeping()
  assert.deepEqual(clock.remainingMs(), [200])
  await nextTransaction(clock)
  assert.equal(writer.transactions, 2)

  await writer.pause()
  clock.advance(1_000)
  const paused = await look(accounts)
  clock.advance(60_000)
  await writer.pause()
  assert.deepEqual(await look(accounts), paused)
  assert.equal(writer.transactions, 2)
  assert.deepEqual(clock.remainingMs(), [])

  writer.resume()
  await clock.whenSleeping()
  assert.equal(writer.transactions, 3)
  assert.notDeepEqual(await look(accounts), paused)
  await writer.stop()
  await writer.stop()
  assert.equal(writer.state, 'stopped')
  await accounts.drop()
})

test('it goes on after a restart of its database and leaves no transaction open', async () => {
  const accounts = await createDatabase(servers('accounts'), { sql })
  const clock = createManualClock()
  const writer = startWriter({ connection: accounts.connection, clock })
  await clock.whenSleeping()
  servers('accounts').kill('SIGKILL')
  await servers('accounts').exited
  await nextTransaction(clock)
  assert.equal(writer.transactions, 1)
  assert.deepEqual(clock.remainingMs(), [1_000])

  await servers('accounts').start()
  clock.advance(1_000)
  await clock.whenSleeping()
  assert.equal(writer.transactions, 2)
  const open = await waitFor(
    () =>
      accounts.query(`select 1 from pg_stat_activity where datname = $1 and state like 'idle in%'`, [accounts.name]),
    { what: 'no open transaction', until: (rows) => rows.length === 0 },
  )
  assert.deepEqual(open, [])
  await writer.stop()
  await accounts.drop()
})

async function nextTransaction(clock: ManualClock): Promise<void> {
  clock.advance(200)
  await clock.whenSleeping()
}

async function look(database: TestDatabase): Promise<{ accounts: number; emails: number; hash: unknown }> {
  const [counts] = await database.query(`
    select (select count(*)::int from account) as accounts, (select count(*)::int from account_emails) as emails`)
  const [fingerprint] = await database.query(fingerprintSql)
  return { accounts: Number(counts?.accounts), emails: Number(counts?.emails), hash: fingerprint?.hash }
}
