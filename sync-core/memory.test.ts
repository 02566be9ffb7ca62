import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { callEngine } from './api/call-engine.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { expectSameRows } from './testing/compare-tables.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

/** Each of 10 kB, in the WAL too: 200,000 of them are 2 GB, by hand. */
const rows = Number(process.env.REJOT_LARGE_ROWS ?? 15_000)
const backlog = 5_000
const wide = (seed: string): string => `repeat(md5((${seed})::text), 320)`

test('G8: one transaction of more than its memory, and a backlog of small ones, pass through 128 MB', async (t) => {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      consumers: [
        {
          sql: `insert into wide values (:id, :firstName) on conflict (id) do update set text = excluded.text`,
          deleteSql: 'delete from wide where id = :id',
        },
      ],
      source: 'alter table account alter first_name set storage external',
      destination: 'create table wide (id int primary key, text text not null)',
    },
  )
  const { source, destination } = setting
  try {
    const engine = setting.startProcess({ nodeFlags: ['--max-old-space-size=128'] })
    await engine.said('ready')
    const arrived = async (what: string): Promise<void> => {
      await waitFor(() => destination.query('select count(*)::int as n, min(left(text, 32)) as least from wide'), {
        what: `${what}, all of it`,
        until: ([here]) => Number(here?.n) === rows,
        timeoutMs: 60_000 + rows * 5,
      })
      const sum = (column: string): string =>
        `select count(*)::int as n, sum(hashtext(${column}))::text as s, sum(length(${column}))::text as length`
      const there = await source.query(`${sum('first_name')} from account`)
      await waitFor(() => destination.query(`${sum('text')} from wide`), {
        what,
        until: (here) => JSON.stringify(there) === JSON.stringify(here),
        timeoutMs: 120_000,
      })
    }
    await source.query(`insert into account select g, ${wide('g')}, '' from generate_series(1, ${rows}) g`)
    await arrived('the large transaction')
    await source.query(`create procedure fill() language plpgsql as $$ begin
      set synchronous_commit = off;
      for n in 1..${backlog} loop update account set first_name = ${wide('-n')} where id = n; commit; end loop; end $$`)
    // The engine stands still meanwhile, so that it really is a backlog.
    process.kill(engine.pid, 'SIGSTOP')
    await source.query('call fill()')
    process.kill(engine.pid, 'SIGCONT')
    await arrived('the small ones')
    t.diagnostic(`Of ${rows} rows in one transaction, ${peakMegabytes(engine.pid)} MB were in memory at most`)
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

/** By hand more; these are 140 MB. */
const wideRows = Number(process.env.REJOT_WIDE_ROWS ?? 280)
const halfMegabyte = (seed: string): string => `repeat(md5((${seed})::text), 16384)`

test('G8: rows of half a megabyte, copied first, then changed, replayed and deleted together, pass through 128 MB', async (t) => {
  const setting = await setUpAccounts(
    { source: server('source'), destination: server('destination') },
    {
      source: `alter table account alter first_name set storage external;
        insert into account select g, ${halfMegabyte('g')}, g from generate_series(1, ${wideRows}) g`,
    },
  )
  try {
    const { source, destination } = setting
    const engine = setting.startProcess({ nodeFlags: ['--max-old-space-size=128'] })
    const arrived = async (what: string, seed: string): Promise<void> => {
      const beginsWith = `left(full_name, 32) = md5((${seed})::text)`
      await waitFor(() => destination.query(`select count(*)::int as n from account_destination where ${beginsWith}`), {
        what,
        until: ([here]) => Number(here?.n) === wideRows || !engine.isRunning,
        timeoutMs: 60_000 + wideRows * 100,
      })
      assert.ok(engine.isRunning, `The engine has ended: ${engine.errors().slice(-500)}`)
      const there = { database: source, sql: `select id, md5(first_name || ' ' || last_name) as name from account` }
      const here = { database: destination, sql: 'select id, md5(full_name) as name from account_destination' }
      assert.equal(await expectSameRows(there, here), wideRows)
    }
    await arrived('the first copy', 'id')
    await source.query(`update account set first_name = ${halfMegabyte('-id')}`)
    await arrived('the transaction', '-id')
    const everything = { consumer: '@test/accounts/consume-account', from: 1, to: 2 * wideRows }
    await destination.query('delete from account_destination')
    const replayed = await callEngine(setting.workspace.stateDir, 'replay', everything).catch((error: unknown) => error)
    assert.ok(engine.isRunning, `The engine has ended: ${engine.errors().slice(-500)}`)
    assert.deepEqual(replayed, { applied: wideRows, refused: 0, waiting: 0 })
    await arrived('the replay', '-id')
    await source.query('delete from account')
    await waitFor(() => destination.query('select count(*)::int as n from account_destination'), {
      what: 'that all rows are gone',
      until: ([here]) => here?.n === 0 || !engine.isRunning,
      timeoutMs: 60_000 + wideRows * 100,
    })
    assert.ok(engine.isRunning, `The engine has ended: ${engine.errors().slice(-500)}`)
    t.diagnostic(`${peakMegabytes(engine.pid)} MB were in memory at most`)
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

/** All memory of the process, not only JavaScript's; known on Linux. */
function peakMegabytes(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Math.round(Number(kilobytes) / 1024)
}
