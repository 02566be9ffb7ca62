import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AccountSetting, setUpAccounts } from './testing/account-setting.ts'
import { slotOn, walEndOf } from './testing/slot-on.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// A commit is decoded before a new snapshot sees it: until then its rows are neither gone nor passed over.

// With fsync and commit_delay a commit stays in the WAL, and out of sight, for some milliseconds.
const server = withServers(['source', 'destination'], {
  settings: { fsync: 'on', commit_delay: 3_000, commit_siblings: 0 },
})
const servers = () => ({ source: server('source'), destination: server('destination') })

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

/**
 * With a synchronous standby that is away, a commit is in the WAL and decoded but not visible, for as long as one
 * likes: what otherwise lasts microseconds.
 */
async function withoutStandby(
  setting: AccountSetting,
  work: (commitUnseen: (sql: string) => Promise<void>) => Promise<void>,
) {
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

/** When the engine's snapshot was taken. */
const lookSql = `select xact_start::text as began from pg_stat_activity
  where datname = current_database() and application_name = 'ReJot projection' and xact_start is not null`

test('G5: what is decoded before it is visible is no delete and is not lost', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await withoutStandby(setting, async (commitUnseen) => {
      await commitUnseen(`insert into account values (1001, 'decoded', 'not visible')`)
      await commitUnseen(`update account set first_name = 'decoded' where id = 7`)
      const received = await walEndOf(setting.source)
      await engine.until('both in the stream', ({ sources }) => lsnNumber(sources[0]?.receivedLsn) >= received)
      const { closings } = engine.core.status().store
      const snapshots = new Set<unknown>()
      await waitFor(() => setting.source.query(lookSql).then(([row]) => snapshots.add(row?.began)), {
        what: 'epochs that looked again, and found nothing that can be seen',
        until: ({ size }) => size > 10,
      })
      assert.equal(engine.core.status().store.closings, closings, 'what holds nothing was stored')
      await setting.source.query(
        `begin; set local synchronous_commit = local; update account set first_name = 'seen' where id = 8; commit`,
      )
      await setting.arrived('what is visible, while the rest is not')
      assert.ok((await slotOn(setting.source)).confirmed < received, 'the slot moved past a commit that is owed')
    })
    await setting.arrived('what was not visible')
    await engine.stop()
    assert.deepEqual(storedEvents(setting.workspace, { operations: ['delete'] }), [])
  } finally {
    await setting.dispose()
  }
})

function lsnNumber(lsn: string | undefined): bigint {
  const [high = '0', low = '0'] = (lsn ?? '0/0').split('/')
  return BigInt(`0x${high}`) * 0x1_0000_0000n + BigInt(`0x${low}`)
}

test('G1: killed while a commit is owed, the engine gets it again', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
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
  const setting = await setUpAccounts(servers())
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
    const operations = storedEvents(setting.workspace).map(({ operation }) => operation)
    assert.deepEqual([operations.length, new Set(operations)], [4_000, new Set(['insert'])])
  } finally {
    await setting.dispose()
  }
})
