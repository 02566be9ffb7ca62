import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './replication/system-clock.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const rows = 30_000
const insertSql = `insert into account select g, 'first ' || g, 'last' from generate_series(1, ${rows}) g`

/** A thousand times as fast: what may take 20 seconds is over after 20 milliseconds. */
const hastyClock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() * 1_000 }

const snapshotBeganSql = `select xact_start::text as began from pg_stat_activity
  where datname = current_database() and application_name = 'ReJot projection' and xact_start is not null`

test('a transaction that takes longer than a snapshot may live goes on in later ones, and arrives whole', async () => {
  const setting = await setUpAccounts({ source: server('source'), destination: server('destination') })
  try {
    const engine = await setting.start({ clock: hastyClock })
    await engine.caughtUp()
    const began = new Set<string>()
    const counts = new Set<number>()
    let writing = true
    const watching = (async () => {
      while (writing) {
        for (const row of await setting.source.query(snapshotBeganSql)) began.add(String(row.began))
        const [row] = await setting.destination.query('select count(*)::int as n from account_destination')
        counts.add(Number(row?.n))
      }
    })()
    const writer = await setting.source.session()
    await writer.query(`begin; ${insertSql}; update account set last_name = 'other' where id % 7 = 0`)
    await writer.query(`delete from account where id % 10 = 0`)
    began.clear()
    await writer.query('commit')
    await setting.arrived('all of it', { timeoutMs: 60_000 })
    writing = false
    await watching
    await writer.close()
    assert.ok(began.size > 2, `snapshots seen: ${began.size}`)
    assert.deepEqual(
      [...counts].sort((a, b) => a - b).filter((count) => count !== 0),
      [rows * 0.9],
    )
    // Behind it, the engine streams again.
    await setting.source.query(`insert into account values (0, 'after', 'wards')`)
    await setting.arrived('what came after')
    await waitFor(() => engine.core.status(), {
      what: 'a source that streams',
      until: ({ sources }) => sources[0]?.state === 'streaming',
    })
  } finally {
    await setting.dispose()
  }
})
