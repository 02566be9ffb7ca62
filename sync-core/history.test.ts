import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { EngineStatus } from './domain/status.ts'
import { accountDestinationTable, accountTruth, type ConsumerOverrides } from './testing/account-manifest.ts'
import { type AccountSetting, withAccounts } from './testing/account-setting.ts'
import { storedEvents } from './testing/stored-events.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

const secondTable = accountDestinationTable.replace('account_destination', 'second_destination')

interface History {
  readonly days?: number
  readonly megabytes?: number
}

function withSetting(source: string, history: History, act: (setting: AccountSetting) => Promise<void>): Promise<void> {
  const servers = { source: server('source'), destination: server('destination') }
  return withAccounts(servers, { source, destination: secondTable, settings: { history } }, act)
}

/** A consumer that would show each event that it gets twice, or gets without need. */
const secondConsumer: ConsumerOverrides = {
  name: 'second',
  sql: `insert into second_destination (id, full_name, emails, hits)
    values (:id, :firstName || ' ' || :lastName, array_to_string(:emails, ','), 1)
    on conflict (id) do update set full_name = excluded.full_name, emails = excluded.emails, hits = second_destination.hits + 1`,
  // A delete of a row that it never had would leave a trace.
  deleteSql: `with gone as (delete from second_destination where id = :id returning id)
    insert into second_destination (id, full_name) select -:id, 'deleted without need' where not exists (select from gone)`,
}

const changes = `
  update account set first_name = 'second' where id <= 300;
  update account set first_name = 'third' where id <= 200;
  delete from account where id % 10 = 0;
  update account set active = false where id % 10 = 1;
  insert into account values (10, 'again', 'there');
  insert into account values (2001, 'the newest', 'epoch')`

for (const [when, history] of [
  ['after history is gone', { days: 0 }],
  ['while history is there', {}],
] as const) {
  test(`G4: a consumer added ${when} gets exactly the live rows, from the store alone, and then streams`, async () => {
    const rows = `insert into account select g, 'first', g::text from generate_series(1, 500) g`
    await withSetting(rows, history, async (setting) => {
      const { source, destination, workspace } = setting
      const engine = await setting.start()
      await engine.caughtUp()
      for (const change of changes.split(';')) {
        await source.query(change)
        await setting.arrived('a change')
      }
      const live = Number((await source.query(`select count(*)::int as n from (${accountTruth}) t`))[0]?.n)
      if ('days' in history)
        await waitFor(() => storedEvents(workspace).length, {
          what: 'no event but the live rows',
          until: (n) => n === live,
        })
      await engine.stop()

      await setting.setConsumers([{}, secondConsumer])
      server('source').kill('SIGQUIT')
      await server('source').exited
      const again = await setting.start()
      const secondIs = (what: string, n: number) =>
        waitFor(() => destination.query('select count(*)::int as n, max(hits) as hits from second_destination'), {
          what,
          until: ([row]) => row?.n === n,
        })
      try {
        assert.deepEqual(await secondIs('the live rows while the source is away', live), [{ n: live, hits: 1 }])
      } finally {
        await server('source').start()
      }
      await again.caughtUp()
      await setting.arrived('the same rows', { table: 'second_destination' })
      await source.query(`update account set last_name = 'streamed' where id <= 20`)
      await source.query(`delete from account where id = 22`)
      await setting.arrived('what is streamed')
      await setting.arrived('what is streamed', { table: 'second_destination' })
      const hits = await destination.query(
        `select hits, count(*)::int as n from second_destination group by hits order by hits`,
      )
      const streamed = Number(
        (await source.query('select count(*)::int as n from account where active and id <= 20'))[0]?.n,
      )
      assert.deepEqual(hits, [
        { hits: 1, n: live - 1 - streamed },
        { hits: 2, n: streamed },
      ])
    })
  })
}

test('a deprecated public schema takes no new consumer, and goes on with those it has', async () => {
  const rows = `insert into account select g, 'first', g::text from generate_series(1, 20) g`
  await withSetting(rows, {}, async (setting) => {
    const { source, destination, workspace } = setting
    const engine = await setting.start()
    await engine.caughtUp()
    await engine.stop()
    await setting.setConsumers([{}, secondConsumer])
    const manifest = JSON.parse(await readFile(workspace.manifestPath, 'utf8'))
    manifest.publicSchemas[0].outputSchema['x-rejot'].deprecated = 'Version 2 has it all.'
    await writeFile(workspace.manifestPath, JSON.stringify(manifest))
    const again = await setting.start()
    const refused = ({ consumers }: EngineStatus) => consumers[1]?.state === 'halted'
    const { failure } = (await again.until('a consumer that is refused', refused)).consumers[1] ?? {}
    assert.equal(
      failure?.message,
      'Cannot begin @test/accounts/second: @test/accounts/publish-account@1 is deprecated and takes no new consumers',
    )
    assert.match(failure.solution, /Version 2 has it all\.$/)
    await again.core.resumeConsumer('second')
    await again.until(
      'that it is refused again',
      () => again.happenings.filter(({ event }) => event === 'halted').length === 2,
    )
    await source.query(`update account set last_name = 'streamed'`)
    await setting.arrived('the change, at the consumer that was there before')
    assert.deepEqual(await destination.query('select count(*)::int as n from second_destination'), [{ n: 0 }])
    assert.deepEqual(await destination.query('select count(*)::int as n from rejot.consumer_offset'), [{ n: 1 }])
  })
})

test('a consumer that starts now gets what changes from then on: neither what is there nor what is being copied', async () => {
  const rows = `insert into account select g, 'first', g::text from generate_series(1, 20000) g`
  await withSetting(rows, {}, async (setting) => {
    const { source, destination, workspace } = setting
    const newcomer = (name: string) => ({ ...secondConsumer, name })
    const start = async (name: string) => {
      await setting.setConsumers([{}, newcomer(name)])
      const settings = { consumers: { [name]: { start: 'now' } } }
      await workspace.writeSettings(settings)
      const engine = await setting.start()
      await engine.caughtUp()
      return engine
    }
    const second = async (what: string, n: number) => {
      const found = () =>
        destination.query('select count(*)::int as n, coalesce(max(hits), 1) as hits from second_destination')
      await waitFor(found, { what, until: ([row]) => row?.n === n && row.hits === 1 })
    }
    const change = async (ids: string) => {
      await source.query(`update account set last_name = 'changed' where id ${ids}`)
      await setting.arrived(`changes of ${ids}`)
    }

    // It is there from the first start on: the first copy comes as events.
    const first = await start('first')
    await setting.arrived('the first copy, at the other consumer')
    await second('nothing of the first copy', 0)
    await change('<= 5')
    await second('what changed', 5)
    await first.stop()

    const again = await start('later')
    await second('what was there', 5)
    await change('in (6, 7)')
    await second('what changed since', 7)
    await again.stop()

    // That it has begun is not forgotten.
    await source.query(`update account set last_name = 'meanwhile' where id = 8`)
    const third = await start('later')
    await second('what changed while nothing ran', 8)
    await destination.query('delete from second_destination')
    await third.core.startOver('later')
    await second('everything, when it is told to start over', 20_000)
  })
})

test('a consumer killed while it copies the state goes on where it was, and takes no row twice', async () => {
  await withSetting('', {}, async (setting) => {
    const { source, destination } = setting
    const engine = await setting.start()
    await source.query(`insert into account select g, 'first', g::text from generate_series(1, 30000) g`)
    await setting.arrived('all rows')
    await engine.stop()
    await destination.query(`create function slow() returns trigger language plpgsql as $$ begin
        perform pg_sleep(0.001); return null; end $$;
      create trigger slow after insert on second_destination for each row when (new.id % 20 = 0) execute function slow()`)
    await setting.setConsumers([{}, secondConsumer])
    const place = async () => {
      const [row] = await destination.query(
        `select "offset"::int as n from rejot.consumer_offset where consumer like '%second'`,
      )
      return Number(row?.n ?? 0)
    }
    const killed = setting.startProcess()
    await waitFor(place, { what: 'a part of the copy', until: (n) => n > 0, timeoutMs: 30_000 })
    await killed.signal('SIGKILL')
    assert.ok((await place()) < 30_000, 'it was killed too late')
    const again = await setting.start()
    await again.caughtUp(60_000)
    await setting.arrived('all rows', { table: 'second_destination' })
    assert.deepEqual(await destination.query('select hits, count(*)::int as n from second_destination group by hits'), [
      { hits: 1, n: 30_000 },
    ])
  })
})

test('G7: what a paused consumer has not applied is kept past every limit, and it is said for whom', async () => {
  const rows = `insert into account select g, 'first', g::text from generate_series(1, 200) g`
  await withSetting(rows, { days: 0, megabytes: 0 }, async (setting) => {
    const { source, workspace } = setting
    await setting.setConsumers([{}, secondConsumer])
    const first = await setting.start()
    await first.caughtUp()
    await setting.arrived('the rows', { table: 'second_destination' })
    await first.core.pauseConsumer('@test/accounts/second')
    await first.until('a pause', ({ consumers }) => consumers.some(({ state }) => state === 'paused'))
    for (let n = 0; n < 5; n++) await source.query(`update account set last_name = '${n}' where id <= 100`)
    await source.query('delete from account where id > 150')
    await setting.arrived('the changes')
    // The newest epoch is never removed: only behind another one is anything held for somebody.
    await source.query(`update account set last_name = 'later' where id = 1`)
    await setting.arrived('another epoch')
    await first.until('for whom', ({ store }) => store.heldFor.includes('@test/accounts/second'))
    await first.stop()

    // Where it is is known from the last time: its destination is not asked while it is paused.
    const engine = await setting.start()
    await engine.until('for whom', ({ store }) => store.heldFor.includes('@test/accounts/second'))
    const kept = storedEvents(workspace).length
    await engine.core.resumeConsumer('@test/accounts/second')
    await setting.arrived('everything', { table: 'second_destination' })
    await engine.until('nobody', ({ store }) => store.heldFor.length === 0)
    await waitFor(() => storedEvents(workspace).length, { what: 'less history', until: (n) => n < kept })
  })
})

test('30,000 one-row transactions wait for the disk once for each batch and not for each of them', async () => {
  await withSetting('', {}, async (setting) => {
    const { source } = setting
    const engine = await setting.start()
    await engine.caughtUp()
    await engine.stop()
    await source.query(`create procedure fill() language plpgsql as $$ begin
      for n in 1..30000 loop insert into account values (n, 'tiny', n::text); commit; end loop; end $$`)
    await source.query('call fill()')
    const again = await setting.start()
    await setting.arrived('all of them')
    const { closings } = again.core.status().store
    assert.ok(closings > 0 && closings <= 3_000, `${closings} closings for 30,000 transactions`)
  })
})
