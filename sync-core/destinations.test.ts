import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ConsumerChoices,
  type PipelineSetting,
  type PublicSchemaChoices,
  setUpPipeline,
} from './testing/pipeline-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// What destinations meet with: several of them, one that is away, one that refuses a row, rows of every size.

const server = withServers(['source', 'destination', 'other'])

type Name = 'shop' | 'desk' | 'crm' | 'billing'

function copied(table: string, into: Name, name: string): ConsumerChoices<Name> {
  return {
    of: table,
    into,
    sql: `insert into ${name} (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name, hits = ${name}.hits + 1`,
    deleteSql: `delete from ${name} where id = :id`,
    truth: `select id, name from ${table}`,
    rows: `select id, name from ${name}`,
  }
}

function published(table: string, from: Name): PublicSchemaChoices<Name> {
  const tables = { [table]: `select id, name from ${table} where id = :id` }
  return { from, key: ['id'], columns: { id: 'integer', name: 'text' }, tables }
}

const copyTable = (name: string): string => `create table ${name} (id int primary key, name text, hits int default 1);`
const rowsOf = (table: string): string =>
  `create table ${table} (id int primary key, name text); insert into ${table} select g, 'name ' || g from generate_series(1, 100) g;`

async function withSetting<Of extends string>(
  making: Promise<PipelineSetting<Of>>,
  work: (setting: PipelineSetting<Of>) => Promise<void>,
): Promise<void> {
  const setting = await making
  try {
    await work(setting)
  } finally {
    await setting.dispose()
  }
}

test('two sources, two destinations, one of them down for a while, and two consumers of one schema in one database', () =>
  withSetting(
    setUpPipeline<Name>({
      databases: {
        shop: { server: server('source'), sql: rowsOf('account') },
        desk: { server: server('source'), sql: rowsOf('ticket') },
        crm: { server: server('destination'), sql: copyTable('one') + copyTable('two') + copyTable('tickets') },
        billing: { server: server('other'), sql: copyTable('one') + copyTable('tickets') },
      },
      publicSchemas: { account: published('account', 'shop'), ticket: published('ticket', 'desk') },
      consumers: {
        one: copied('account', 'crm', 'one'),
        two: copied('account', 'crm', 'two'),
        tickets: copied('ticket', 'crm', 'tickets'),
        billed: copied('account', 'billing', 'one'),
        'billed-tickets': copied('ticket', 'billing', 'tickets'),
      },
    }),
    async (setting) => {
      const { shop, desk, crm, billing } = setting.databases
      const engine = await setting.start()
      await setting.arrived('the first copies')
      const before = (await engine.caughtUp()).sources.map(({ confirmedLsn }) => confirmedLsn)
      // A commit that waits for the disk takes those before it along: what is copied outlives the crash.
      await billing.query('create table flushed ()')
      server('other').kill('SIGQUIT')
      await server('other').exited
      for (const round of [1, 2, 3]) {
        await shop.query(
          `update account set name = 'round ${round}' where id <= 50; delete from account where id = ${round + 90}`,
        )
        await desk.query(
          `update ticket set name = 'round ${round}' where id > 50; insert into ticket values (${round + 200}, 'new')`,
        )
        await setting.arrived(`round ${round}, at the destination that is there`, {
          consumers: ['one', 'two', 'tickets'],
        })
      }
      await engine.until('slots that move all the same', ({ sources }) =>
        sources.every(({ confirmedLsn }, place) => confirmedLsn !== before[place]),
      )
      const away = await engine.until('changes that wait', ({ consumers }) =>
        consumers.filter(({ destination }) => destination.endsWith('/billing')).every(({ pending }) => pending > 0),
      )
      assert.ok(away.consumers.every(({ state }) => state !== 'halted'))
      await server('other').start()
      await setting.arrived('what waited', { timeoutMs: 60_000 })
      // Each of the three rounds was one event of each row, wherever it went.
      const hits = 'select distinct hits from one where id <= 50'
      await waitFor(() => billing.query(hits), {
        what: 'every event once',
        until: (rows) => JSON.stringify(rows) === '[{"hits":4}]',
      })
      assert.deepEqual(await crm.query(hits), [{ hits: 4 }])
    },
  ))

test('one transaction that changes a hundred rows fifty times each is one event of each, applied once', () =>
  withSetting(
    setUpPipeline<Name>({
      databases: {
        shop: { server: server('source'), sql: rowsOf('account') },
        desk: { server: server('source'), sql: '' },
        crm: { server: server('destination'), sql: copyTable('one') },
        billing: { server: server('other'), sql: '' },
      },
      publicSchemas: { account: published('account', 'shop') },
      consumers: { one: copied('account', 'crm', 'one') },
    }),
    async (setting) => {
      const { shop, crm } = setting.databases
      const engine = await setting.start()
      await setting.arrived('the first copy')
      await engine.caughtUp()
      await shop.query(`do $$ begin for n in 1..50 loop update account set name = 'time ' || n; end loop; end $$`)
      await setting.arrived('the transaction')
      assert.deepEqual(await crm.query('select distinct hits from one'), [{ hits: 2 }])
    },
  ))

test('a value that the destination’s type lacks is one dead letter; the others go on, and so does the next start', () =>
  withSetting(
    setUpPipeline<'shop' | 'crm'>({
      databases: {
        shop: {
          server: server('source'),
          sql: `create type mood as enum ('glad', 'sad'); create table account (id int primary key, mood mood);
            insert into account select g, 'glad' from generate_series(1, 100) g`,
        },
        crm: {
          server: server('destination'),
          sql: `create type mood as enum ('glad', 'sad'); create table contact (id int primary key, mood mood)`,
        },
      },
      publicSchemas: {
        account: {
          from: 'shop',
          key: ['id'],
          columns: { id: 'integer', mood: 'mood' },
          tables: { account: 'select id, mood from account where id = :id' },
        },
      },
      consumers: {
        contact: {
          of: 'account',
          into: 'crm',
          sql: 'insert into contact values (:id, :mood) on conflict (id) do update set mood = excluded.mood',
          deleteSql: 'delete from contact where id = :id',
          truth: `select id, case id when 7 then 'glad' else mood::text end as mood from account`,
          rows: 'select id, mood::text from contact',
        },
      },
    }),
    async (setting) => {
      const first = await setting.start()
      await setting.arrived('the first copy')
      const { shop } = setting.databases
      await shop.query(`alter type mood add value 'angry'`)
      await shop.query(`begin; update account set mood = 'sad'; update account set mood = 'angry' where id = 7; commit`)
      await setting.arrived('the others')
      const letters = () => first.happenings.filter(({ event }) => event === 'dead-letter')
      await waitFor(letters, { what: 'one dead letter', until: ({ length }) => length === 1 })
      await first.stop()
      const second = await setting.start()
      await shop.query(`update account set mood = 'glad' where id <= 50`)
      await setting.arrived('what came after')
      assert.equal((await second.caughtUp()).consumers[0]?.deadLetters, 1)
    },
  ))

// Scaled down from 200 and 300 MB (`REJOT_LARGE_MB=200`), which take the same way and more time and memory.
const megabytes = Number(process.env.REJOT_LARGE_MB ?? 8)
const largeTimeoutMs = 60_000 + megabytes * 1_000

test(`a bytea of ${megabytes} MB and a text of half as much again, 1,600 columns, and more values than a statement has parameters`, () => {
  const names = Array.from({ length: 1_599 }, (_, place) => `c${place + 1}`)
  const wide = `create table wide (id int primary key, ${names.map((name) => `${name} smallint`).join(', ')});`
  return withSetting(
    setUpPipeline<'shop' | 'crm'>({
      databases: {
        shop: {
          server: server('source'),
          sql: `create table large (id int primary key, bytes bytea, text text); ${wide}
            insert into wide (id, c1, c800, c1599) select g, 1, g, -g from generate_series(1, 100) g`,
        },
        crm: {
          server: server('destination'),
          sql: `create table large (id int primary key, bytes bytea, text text); ${wide}`,
        },
      },
      publicSchemas: {
        large: {
          from: 'shop',
          key: ['id'],
          columns: { id: 'integer', bytes: 'bytea', text: 'text' },
          tables: { large: 'select * from large where id = :id' },
        },
        wide: {
          from: 'shop',
          key: ['id'],
          columns: Object.fromEntries([['id', 'integer'], ...names.map((name) => [name, 'smallint'] as const)]),
          tables: { wide: 'select * from wide where id = :id' },
        },
      },
      consumers: {
        large: {
          of: 'large',
          into: 'crm',
          sql: 'insert into large values (:id, :bytes, :text) on conflict (id) do update set bytes = excluded.bytes, text = excluded.text',
          deleteSql: 'delete from large where id = :id',
          truth:
            'select id, length(bytes) as bytes, md5(bytes) as bytes_md5, length(text) as text, md5(text) as text_md5 from large',
          rows: 'select id, length(bytes) as bytes, md5(bytes) as bytes_md5, length(text) as text, md5(text) as text_md5 from large',
        },
        wide: {
          of: 'wide',
          into: 'crm',
          sql: `insert into wide values (:id, ${names.map((name) => `:${name}`).join(', ')})
            on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
          deleteSql: 'delete from wide where id = :id',
          truth: 'select id, md5(wide::text) from wide',
          rows: 'select id, md5(wide::text) from wide',
        },
      },
    }),
    async (setting) => {
      const engine = await setting.start()
      await setting.arrived('1,600 columns of 100 rows', { consumers: ['wide'], timeoutMs: largeTimeoutMs })
      // Looking at hundreds of megabytes again and again would be most of the work: they are compared once they are there.
      const written = (count: number) =>
        engine.until(
          'the large rows written',
          ({ consumers }) => (consumers[0]?.rowsApplied ?? 0) >= count,
          largeTimeoutMs,
        )
      const { shop } = setting.databases
      await shop.query(`insert into large select 1, decode(repeat(md5('x'), ${megabytes} * 65536), 'hex'), null`)
      await shop.query(
        `insert into large select 2, null, repeat('ü"\\' || chr(10) || 'abcdef', ${megabytes} * 1024 * 1024 * 3 / 22)`,
      )
      await shop.query('update wide set c2 = id, c1599 = null')
      await written(2)
      await setting.arrived('the large rows, and all wide ones changed', { timeoutMs: largeTimeoutMs })
      await shop.query(
        'delete from large where id = 1; update large set bytes = null where id = 2; delete from wide where id <= 50',
      )
      await written(3)
      await setting.arrived('their deletes', { timeoutMs: largeTimeoutMs })
    },
  )
})

test('the transaction that began first commits last, an idle one stays open, and the engine is killed in between', () =>
  withSetting(
    setUpPipeline<'shop' | 'crm'>({
      databases: {
        shop: { server: server('source'), sql: rowsOf('account') },
        crm: { server: server('destination'), sql: copyTable('one') },
      },
      publicSchemas: { account: { ...published('account', 'shop'), from: 'shop' } },
      consumers: { one: { ...copied('account', 'crm', 'one'), into: 'crm' } },
    }),
    async (setting) => {
      const { shop, crm } = setting.databases
      const engine = setting.startProcess()
      await engine.said('ready')
      await setting.arrived('the first copy')
      const [first, idle] = [await shop.session(), await shop.session()]
      try {
        await idle.query(`begin; update account set name = 'never' where id = 100`)
        await first.query(`begin; update account set name = 'began first' where id = 1`)
        await shop.query(`update account set name = 'began later' where id in (2, 3)`)
        await setting.arrived('the one that began later, beside two that are open')
        await engine.signal('SIGKILL')
        await first.query('commit')
        await shop.query(`update account set name = 'after both' where id in (1, 3)`)
        const again = setting.startProcess()
        await setting.arrived('all three')
        await again.said('ready')
        assert.deepEqual(await crm.query('select id, name from one where id in (1, 2, 3, 100) order by id'), [
          { id: 1, name: 'after both' },
          { id: 2, name: 'began later' },
          { id: 3, name: 'after both' },
          { id: 100, name: 'name 100' },
        ])
      } finally {
        await first.close()
        await idle.close()
      }
    },
  ))
