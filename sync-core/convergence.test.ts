import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { callEngine } from './api/call-engine.ts'
import type { EventStore } from './domain/event-store.ts'
import { toOffset, zeroOffset } from './domain/offset.ts'
import { openEventStore } from './sqlite/open-event-store.ts'
import type { EngineProcess } from './testing/engine-process.ts'
import { consumerIdOf, type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { chooseSeed, createRandom, fuzzMs, type Random } from './testing/random.ts'
import type { SqlSession } from './testing/sql-session.ts'
import { withServers } from './testing/with-servers.ts'

// G4: whatever clients write and whatever breaks meanwhile, in the end source, log and destinations say the same.

const server = withServers(['source', 'destination', 'other'])

type Name = 'shop' | 'crm' | 'billing'

const shopTables = `
create table account (id int primary key, name text not null, active boolean not null default true);
create table email (id int primary key, account_id int not null references account (id) on delete cascade, address text not null unique);
create index on email (account_id);
insert into account select g, 'name ' || g from generate_series(1, 200) g;
insert into email select g, g % 200 + 1, 'address ' || g from generate_series(1, 300) g`

const summarySql = (condition: string): string =>
  `select a.id, a.name, array_agg(e.address order by e.id) filter (where e.id is not null) as addresses
     from account a left join email e on e.account_id = a.id where a.id = ${condition} and a.active group by a.id`

const truths = {
  person: 'select id, name from account',
  address: 'select id, account_id, address from email',
  summary: `select a.id, a.name, array_to_json(array_agg(e.address order by e.id) filter (where e.id is not null)) as addresses
    from account a left join email e on e.account_id = a.id where a.active group by a.id`,
}

function setUpShop(): Promise<PipelineSetting<Name>> {
  const person = {
    of: 'person',
    sql: 'insert into person (id, name) values (:id, :name) on conflict (id) do update set name = excluded.name',
    deleteSql: 'delete from person where id = :id',
    truth: truths.person,
    rows: 'select id, name from person',
  } as const
  return setUpPipeline<Name>({
    databases: {
      shop: { server: server('source'), sql: shopTables },
      crm: {
        server: server('destination'),
        sql: `create table person (id int primary key, name text not null);
          create table address (id int primary key, person_id int not null references person (id), address text not null unique)`,
      },
      billing: {
        server: server('other'),
        sql: `create table person (id int primary key, name text not null);
          create table summary (id int primary key, name text not null, addresses text[])`,
      },
    },
    publicSchemas: {
      address: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', account_id: 'integer', address: 'text' },
        tables: { email: 'select id, account_id, address from email where id = :id' },
      },
      person: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', name: 'text' },
        tables: { account: 'select id, name from account where id = :id' },
      },
      summary: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', name: 'text', addresses: 'text[]' },
        tables: { account: summarySql(':id'), email: summarySql(':account_id') },
      },
    },
    consumers: {
      address: {
        of: 'address',
        into: 'crm',
        sql: 'insert into address (id, person_id, address) values (:id, :account_id, :address) on conflict (id) do update set person_id = excluded.person_id, address = excluded.address',
        deleteSql: 'delete from address where id = :id',
        truth: truths.address,
        rows: 'select id, person_id, address from address',
      },
      person: { ...person, into: 'crm' },
      'billed-person': { ...person, into: 'billing' },
      summary: {
        of: 'summary',
        into: 'billing',
        sql: 'insert into summary (id, name, addresses) values (:id, :name, :addresses) on conflict (id) do update set name = excluded.name, addresses = excluded.addresses',
        deleteSql: 'delete from summary where id = :id',
        truth: truths.summary,
        rows: 'select id, name, array_to_json(addresses) as addresses from summary',
      },
    },
  })
}

const keys = 250

/** Statements that the schema allows, most of the time; a refused one only ends its transaction. */
function randomStatement(random: Random): string {
  const [a, b, n] = [random.upTo(keys), random.upTo(keys), random.upTo(1_000_000)]
  return random.pick([
    `insert into account values (${a}, 'name ${n}') on conflict do nothing`,
    `insert into account values (${a}, 'name ${n}') on conflict do nothing`,
    `update account set name = 'name ${n}' where id = ${a}`,
    `update account set active = not active where id = ${a}`,
    `update account set name = 'many ${n}' where id % 10 = ${a % 10}`,
    `delete from account where id = ${a}`,
    `insert into email select ${a}, ${b}, 'address ${n}' where exists (select from account where id = ${b}) on conflict do nothing`,
    `insert into email select ${a}, ${b}, 'address ${n}' where exists (select from account where id = ${b}) on conflict do nothing`,
    `insert into email select ${b}, ${a}, 'address ${n}' where exists (select from account where id = ${a}) on conflict do nothing`,
    `update email set account_id = ${b} where id = ${a} and exists (select from account where id = ${b})`,
    `update email set id = ${b} where id = ${a} and not exists (select from email where id = ${b})`,
    `delete from email where id = ${a}`,
    `with old as (select id, address from email where id in (${a}, ${b}))
       update email set address = 'aside ' || ${n} where id = ${a} and (select count(*) from old) = 2`,
    // Two rows change places: first both out of the way, then each to where the other was.
    `do $$ declare x text; y text; begin
       select address into x from email where id = ${a} for update; select address into y from email where id = ${b} for update;
       if x is null or y is null or ${a} = ${b} then return; end if;
       update email set address = 'on the way ${n}' where id = ${a}; update email set address = x where id = ${b}; update email set address = y where id = ${a};
     end $$`,
  ])
}

async function write(open: () => Promise<SqlSession>, random: Random, signal: AbortSignal): Promise<number> {
  let committed = 0
  let session: SqlSession | undefined
  while (!signal.aborted) {
    try {
      session = session?.isOpen ? session : await open()
      if (random.next() < 0.004) await session.query('truncate email')
      const statements = Array.from({ length: random.upTo(6) }, () => randomStatement(random))
      const end = random.next() < 0.1 ? 'rollback' : 'commit'
      await session.query(['begin', ...statements, end].join(';\n'))
      committed += 1
    } catch {
      // Refused, deadlocked or cut: the transaction is gone, as it would be for anybody.
      await session?.query('rollback').catch(() => session?.close())
      await pause(5)
    }
  }
  await session?.close()
  return committed
}

interface Running {
  engine: EngineProcess
}

const consumers = ['address', 'person', 'billed-person', 'summary'] as const

/** Something that breaks, or that a person does. Returns what it was. */
async function breakSomething(setting: PipelineSetting<Name>, running: Running, random: Random): Promise<string> {
  const { databases, workspace } = setting
  const what = random.pick([
    'kill',
    'kill',
    'cut stream',
    'cut apply',
    'crash source',
    'crash crm',
    'crash billing',
    'pause',
    'resume',
  ])
  const cut = (where: string): string =>
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'ReJot ${where}%'`
  const attempt = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined)
  if (what === 'kill') {
    await running.engine.signal('SIGKILL')
    running.engine = setting.startProcess()
    if (random.next() < 0.6) await running.engine.said('started')
  }
  if (what === 'cut stream') await attempt(databases.shop.query(cut('')))
  if (what === 'cut apply') await attempt(databases[random.pick(['crm', 'billing'] as const)].query(cut('apply')))
  if (what === 'crash source') await server('source').restart('immediate')
  if (what === 'crash crm') await server('destination').restart('immediate')
  if (what === 'crash billing') await server('other').restart('immediate')
  if (what === 'pause' || what === 'resume') {
    const consumer = consumerIdOf(random.pick(consumers))
    await attempt(callEngine(workspace.stateDir, what, { consumer }))
  }
  return what
}

/** The rows that the log says there are. */
function latestRows(store: EventStore, schema: string, source: string): readonly string[] {
  const head = store.head(source)
  const epochs = [{ id: 0, firstOffset: toOffset(1), lastOffset: head }]
  const rows: string[] = []
  for (let after = zeroOffset; ; ) {
    const page = store.events({ epochs, schemas: [schema], after, limit: 1_000, maxBytes: 10_000_000, asOf: head })
    const last = page.at(-1)
    if (last === undefined) return rows.sort()
    rows.push(...page.map(({ payload }) => JSON.stringify(Object.values(JSON.parse(payload) as object))))
    after = last.offset
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

test('G4: random writes and random faults end with source, log and destinations alike', async (t) => {
  const seed = chooseSeed()
  t.diagnostic(`REJOT_FUZZ_SEED=${seed}`)
  const random = createRandom(seed)
  const setting = await setUpShop()
  const { shop } = setting.databases
  const said: string[] = []
  try {
    const running = { engine: setting.startProcess() }
    const stop = new AbortController()
    const clients = [1, 2, 3].map(() => write(() => shop.session(), random.split(), stop.signal))
    const end = performance.now() + fuzzMs(12)
    while (performance.now() < end) {
      await pause(200 + random.upTo(1_000))
      said.push(await breakSomething(setting, running, random))
    }
    stop.abort()
    const committed = (await Promise.all(clients)).reduce((sum, count) => sum + count, 0)
    t.diagnostic(`${committed} transactions; ${said.join(', ')}`)
    assert.ok(committed > 50)
    await running.engine.signal('SIGKILL')

    const engine = await setting.start()
    for (const name of consumers) await engine.core.resumeConsumer(consumerIdOf(name))
    await setting.arrived('everything', { timeoutMs: 60_000 })
    const status = await engine.caughtUp(60_000)
    await engine.until('nothing held', (now) => now.consumers.every(({ held }) => held === 0))
    assert.deepEqual(
      status.consumers.map(({ id, deadLetters }) => [id, deadLetters]),
      status.consumers.map(({ id }) => [id, 0]),
    )
    await engine.stop()
    const store = openEventStore({ stateDir: setting.workspace.stateDir, log: quiet })
    try {
      for (const [name, sql] of Object.entries(truths)) {
        const there = (await shop.query(sql)).map((row) => JSON.stringify(Object.values(row))).sort()
        assert.deepEqual(latestRows(store, `@test/pipeline/${name}@1`, '@test/pipeline/shop'), there, name)
      }
    } finally {
      store.close()
    }
  } catch (error) {
    throw new Error(`With REJOT_FUZZ_SEED=${seed}, after ${said.join(', ')}`, { cause: error })
  } finally {
    await setting.dispose()
  }
})
