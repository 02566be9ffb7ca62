import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setUpAccounts } from './testing/account-setting.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Databases go away, connections are cut, the engine stands still: it goes on by itself, each event taking effect once.

const server = withServers(['source', 'destination'])
const servers = () => ({ source: server('source'), destination: server('destination') })

const someRows = `insert into account select g, 'first', g::text from generate_series(1, 200) g;`

test('G10: a source that is away for a while is tried again, and nothing is halted', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    await setting.source.query(`update account set first_name = 'before' where id <= 100`)
    server('source').kill('SIGQUIT')
    await server('source').exited
    const unreachable = () => engine.lines.filter((line) => line.event === 'retrying' && line.kind === 'unreachable')
    await waitFor(unreachable, { what: 'three tries', until: (tries) => tries.length >= 3, timeoutMs: 30_000 })
    await server('source').start()
    await waitFor(() => setting.source.query(`update account set first_name = 'after' where id <= 50`), {
      what: 'the server back',
    })
    await setting.arrived('everything')
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
  } finally {
    await setting.dispose()
  }
})

test('G2, G10: connections that are cut and an engine that stands still lose and double nothing', async () => {
  const setting = await setUpAccounts(servers(), {
    source: someRows,
    consumers: [
      {
        sql: `insert into account_destination (id, full_name, hits) values (:id, :firstName || ' ' || :lastName, 1)
          on conflict (id) do update set full_name = excluded.full_name, hits = account_destination.hits + 1`,
      },
    ],
  })
  const { source, destination } = setting
  try {
    const engine = setting.startProcess()
    await engine.said('ready')
    await setting.arrived('the backfill')
    let writing = true
    const writes = (async () => {
      for (let n = 1; writing; n++) {
        await source.query(`update account set last_name = '${n}' where id % 20 = ${n % 20}`)
      }
    })()
    const moved = async (): Promise<void> => {
      const hits = async () =>
        Number((await destination.query('select sum(hits)::int as n from account_destination'))[0]?.n)
      const before = await hits()
      await waitFor(hits, { what: 'traffic', until: (now) => now > before, timeoutMs: 30_000 })
    }
    const cut = (where: string) =>
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name like 'ReJot ${where}%'`
    for (const session of ['projection', 'control']) {
      await moved()
      await source.query(cut('replication'))
      await moved()
      await destination.query(cut('apply'))
      await moved()
      await source.query(cut(session))
    }
    process.kill(engine.pid, 'SIGSTOP')
    // As long as the laptop's lid is closed: nothing gives a signal for that.
    await source.query('select pg_sleep(1)')
    process.kill(engine.pid, 'SIGCONT')
    await moved()
    writing = false
    await writes
    await setting.arrived('everything')
    assert.ok(!engine.lines.some(({ event }) => event === 'halted'))
    assert.equal(await engine.signal('SIGTERM'), 0)
    const events = storedEvents(setting.workspace).length
    assert.deepEqual(await destination.query('select sum(hits)::int as n from account_destination'), [{ n: events }])
  } finally {
    await setting.dispose()
  }
})

test('G2: when the offset cannot be moved, no row of that transaction is there either', async () => {
  const setting = await setUpAccounts(servers(), { source: someRows })
  const { source, destination } = setting
  try {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    await destination.query(
      `create function stay() returns trigger language plpgsql as $$ begin raise exception 'not now' using errcode = '40001'; end $$;
       create trigger stay before update on rejot.consumer_offset for each row execute function stay()`,
    )
    await source.query(`update account set first_name = 'changed' where id = 7`)
    await engine.until('two tries', () => engine.happenings.filter(({ event }) => event === 'retrying').length >= 2)
    const hits = () => destination.query('select hits from account_destination where id = 7')
    assert.deepEqual(await hits(), [{ hits: 1 }])
    await destination.query('drop trigger stay on rejot.consumer_offset')
    await setting.arrived('the change')
    assert.deepEqual(await hits(), [{ hits: 2 }])
  } finally {
    await setting.dispose()
  }
})
