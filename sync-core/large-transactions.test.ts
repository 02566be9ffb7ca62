import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from './replication/system-clock.ts'
import { setUpAccounts } from './testing/account-setting.ts'
import { setUpPipeline } from './testing/pipeline-setting.ts'
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

/** Children move between teams, go and come back: 3,000 of them, twelve times each. */
const restlessSql = `
  do $$ begin
    for round in 1..12 loop
      if round % 3 = 2 then delete from child where id % 5 = round % 5; end if;
      if round % 3 = 0 then
        insert into child select g, g % 40, round from generate_series(1, 3000) g on conflict do nothing;
      end if;
      update child set team = (team + case when round % 2 = 0 then -7 else 7 end + 40) % 40, score = score + 1;
    end loop;
  end $$`

test('of keys that change over and over in one transaction nothing is left behind, nor by what moves them after it', async () => {
  const setting = await setUpPipeline({
    databases: {
      shop: {
        server: server('source'),
        sql: `create table team (id int primary key); insert into team select generate_series(0, 39);
          create table child (id int primary key, team int, score int); create index on child (team)`,
      },
      crm: { server: server('destination'), sql: 'create table crew (id int primary key, members text)' },
    },
    publicSchemas: {
      crew: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', members: 'text' },
        tables: {
          team: `select t.id, (select string_agg(c.id || '=' || c.score, ',' order by c.id) from child c where c.team = t.id) as members
            from team t where t.id = :id`,
          child: `select t.id, (select string_agg(c.id || '=' || c.score, ',' order by c.id) from child c where c.team = t.id) as members
            from team t where t.id = :team`,
        },
      },
    },
    consumers: {
      crew: {
        of: 'crew',
        into: 'crm',
        sql: 'insert into crew values (:id, :members) on conflict (id) do update set members = excluded.members',
        deleteSql: 'delete from crew where id = :id',
        truth: `select t.id, (select string_agg(c.id || '=' || c.score, ',' order by c.id) from child c where c.team = t.id) as members from team t`,
        rows: 'select id, members from crew',
      },
    },
  })
  try {
    const { shop } = setting.databases
    const engine = await setting.start()
    await engine.caughtUp()
    await shop.query('insert into child select g, g % 40, 0 from generate_series(1, 3000) g')
    await shop.query(restlessSql)
    await setting.arrived('all of it', { timeoutMs: 60_000 })
    // The WAL says only which children: where they were last is what is recorded of them.
    await shop.query('update child set team = (team + 1) % 40 where id % 500 = 1; delete from child where id % 500 = 0')
    await setting.arrived('what moved them after it')
  } finally {
    await setting.dispose()
  }
})
