import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toOffset } from './domain/offset.ts'
import type { EngineStatus } from './domain/status.ts'
import { openEventStore } from './sqlite/open-event-store.ts'
import type { TestEngine } from './testing/engine.ts'
import { consumerIdOf, type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Rows that a destination refuses only because others are not there yet: they wait, and are no dead letters.

// What a server has not written to its WAL when it crashes is lost: here everything that nobody waited for.
const server = withServers(['source', 'destination'], { settings: { wal_writer_delay: '10s' } })

type Setting = PipelineSetting<'shop' | 'crm'>

const parents = 'parents'
/** Comes first in name order, and so do its rows in the first copy. */
const children = 'children'

const shopTables = `create table account (id int primary key, name text);
  create table placed (id int primary key, account_id int not null references account (id) on delete cascade, total int);`

function shopRows(accounts: number, orders: number): string {
  return `insert into account select g, 'name ' || g from generate_series(1, ${accounts}) g;
    insert into placed select g, (g % ${accounts}) + 1, g from generate_series(1, ${orders}) g;`
}

interface OrderOptions {
  readonly source?: string
  readonly onDelete?: string
  /** No total twice, instead of hits that are counted. */
  readonly unique?: boolean
}

function setUpOrders({ source = '', onDelete = '', unique = false }: OrderOptions = {}): Promise<Setting> {
  return setUpPipeline({
    databases: {
      shop: { server: server('source'), sql: `${shopTables} ${source}` },
      crm: {
        server: server('destination'),
        sql: `create table contact (id int primary key, name text check (name <> 'refused'));
          create table ordered (id int primary key, account_id int not null references contact (id) ${onDelete}, total int ${unique ? 'unique' : ', hits int default 1'})`,
      },
    },
    // Copied in the order of their names.
    publicSchemas: {
      placed: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', account_id: 'integer', total: 'integer' },
        tables: { placed: 'select id, account_id, total from placed where id = :id' },
      },
      who: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', name: 'text' },
        tables: { account: 'select id, name from account where id = :id' },
      },
    },
    consumers: {
      [children]: {
        of: 'placed',
        into: 'crm',
        sql: `insert into ordered (id, account_id, total) values (:id, :account_id, :total)
          on conflict (id) do update set account_id = excluded.account_id, total = excluded.total ${unique ? '' : ', hits = ordered.hits + 1'}`,
        deleteSql: 'delete from ordered where id = :id',
        truth: 'select id, account_id, total from placed',
        rows: 'select id, account_id, total from ordered',
      },
      [parents]: {
        of: 'who',
        into: 'crm',
        sql: 'insert into contact values (:id, :name) on conflict (id) do update set name = excluded.name',
        deleteSql: 'delete from contact where id = :id',
        truth: 'select id, name from account',
        rows: 'select id, name from contact',
      },
    },
  })
}

async function withSetting(making: Promise<Setting>, work: (setting: Setting) => Promise<void>): Promise<void> {
  const setting = await making
  try {
    await work(setting)
  } finally {
    await setting.dispose()
  }
}

function consumerIn({ consumers }: EngineStatus, name: string) {
  const found = consumers.find(({ id }) => id === consumerIdOf(name))
  assert.ok(found)
  return found
}

async function pause(engine: TestEngine, name: string): Promise<void> {
  await engine.core.pauseConsumer(consumerIdOf(name))
  await engine.until(`${name} paused`, (status) => consumerIn(status, name).state === 'paused')
}

function isHeld(count: number, pending = 0) {
  return (status: EngineStatus): boolean => {
    const { held, pending: left } = consumerIn(status, children)
    return held === count && left === pending
  }
}

async function assertNothingLeft(engine: TestEngine): Promise<void> {
  const { consumers } = await engine.until('everybody streaming and nothing held', (status) =>
    status.consumers.every(({ state, held, pending }) => state === 'streaming' && held === 0 && pending === 0),
  )
  assert.deepEqual(
    consumers.map(({ deadLetters }) => deadLetters),
    [0, 0],
  )
}

test('children that are copied before their parents, in a first copy, wait for them', () =>
  withSetting(setUpOrders({ source: shopRows(3_000, 9_000) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('all rows', { timeoutMs: 60_000 })
    await assertNothingLeft(engine)
    assert.deepEqual(await setting.databases.crm.query('select distinct hits from ordered'), [{ hits: 1 }])
  }))

test('parents and children in one transaction, coming and going', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    for (const sql of [
      `insert into account values (100, 'new'); insert into placed values (100, 100, 1), (101, 100, 2)`,
      `insert into account select g, 'many' from generate_series(1000, 1999) g; insert into placed select g, g, 1 from generate_series(1000, 1999) g`,
      `insert into account values (101, 'next'); update placed set account_id = 101 where account_id = 100; delete from account where id = 100`,
      'delete from account where id in (101, 1, 2)',
      'delete from account where id >= 1000',
      `insert into account values (1, 'again'); insert into placed values (500, 1, 5); delete from placed where id = 500; insert into placed values (500, 1, 6)`,
    ]) {
      await setting.databases.shop.query(`begin; ${sql}; commit`)
      await setting.arrived(sql.slice(0, 80))
    }
    await assertNothingLeft(engine)
  }))

test('while the parents’ consumer is paused their children wait, with their later events, and others go on', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    const { shop, crm } = setting.databases
    await pause(engine, parents)
    await shop.query(
      `insert into account select g, 'new' from generate_series(100, 119) g; insert into placed select g, g, 1 from generate_series(100, 119) g`,
    )
    await engine.until('children that wait', isHeld(20))
    await shop.query(
      'update placed set total = 2 where id between 100 and 109; update placed set total = 7 where id = 1',
    )
    await waitFor(() => crm.query('select total from ordered where id = 1'), {
      what: 'a child whose parent is there',
      until: ([row]) => row?.total === 7,
    })
    await engine.until('later events that wait too', isHeld(30))
    await shop.query('delete from placed where id = 119')
    await engine.until('a delete that waits too', isHeld(31))
    await engine.core.resumeConsumer(consumerIdOf(parents))
    await setting.arrived('everything')
    await assertNothingLeft(engine)
    assert.deepEqual(
      await crm.query('select hits, count(*)::int as n from ordered where id >= 100 group by 1 order by 1'),
      [
        { hits: 1, n: 9 },
        { hits: 2, n: 10 },
      ],
    )
  }))

for (const onDelete of ['', 'on delete restrict']) {
  test(`while the children’s consumer is paused their parents’ deletes wait${onDelete && `, ${onDelete}`}`, () =>
    withSetting(setUpOrders({ source: shopRows(10, 30), onDelete }), async (setting) => {
      const engine = await setting.start()
      await setting.arrived('the first copy')
      const { shop } = setting.databases
      await pause(engine, children)
      await shop.query('delete from account where id in (1, 2)')
      await engine.until('deletes that wait', (status) => consumerIn(status, parents).held === 2)
      await engine.core.resumeConsumer(consumerIdOf(children))
      await setting.arrived('the deletes')
      await assertNothingLeft(engine)
    }))
}

test('while the children’s consumer is paused their parents go: of each child only the last word is written', () =>
  withSetting(setUpOrders({ source: shopRows(10, 20) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    await assertNothingLeft(engine)
    await pause(engine, children)
    const { shop } = setting.databases
    // Each an epoch of its own: to the parent that will be gone, away from it, and the parent goes.
    for (const sql of [
      `insert into account values (50, 'gone soon'); insert into placed values (100, 50, 1), (101, 50, 1)`,
      'update placed set account_id = 1, total = 2 where id = 100; delete from placed where id = 101',
      'delete from account where id = 50',
    ]) {
      await shop.query(sql)
      await setting.arrived('the parents', { consumers: [parents] })
    }
    await engine.core.resumeConsumer(consumerIdOf(children))
    await setting.arrived('the children')
    await assertNothingLeft(engine)
  }))

test('rows whose unique values have gone round while one of them waited are written as they are now', () =>
  withSetting(setUpOrders({ source: shopRows(3, 3), unique: true }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    await pause(engine, parents)
    const { shop } = setting.databases
    await shop.query(
      `insert into account values (50, 'new'); update placed set account_id = 50, total = 40 where id = 1`,
    )
    await engine.until('the first that waits', isHeld(1))
    // The first wants what the third has by now, then what the second has; and the second what the first has.
    await shop.query('update placed set total = case id when 1 then 2 when 2 then 1 else 40 end')
    await engine.until('all that wait', isHeld(3))
    await engine.core.resumeConsumer(consumerIdOf(parents))
    await setting.arrived('everything')
    await assertNothingLeft(engine)
  }))

test('a child whose parent cannot come is a dead letter once everybody has arrived, and at once when they all have', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    const { shop } = setting.databases
    await pause(engine, parents)
    await shop.query(
      `insert into account values (100, 'refused'), (101, 'new'); insert into placed values (100, 100, 1), (101, 101, 1)`,
    )
    await engine.until('children that wait', isHeld(2))
    await engine.core.resumeConsumer(consumerIdOf(parents))
    const letters = (status: EngineStatus): number => consumerIn(status, children).deadLetters
    const after = await engine.until('a dead letter', (status) => letters(status) === 1 && isHeld(0)(status))
    assert.equal(consumerIn(after, parents).deadLetters, 1)
    await engine.caughtUp()
    await shop.query(`insert into placed values (102, 100, 1); update placed set total = 2 where id in (100, 101)`)
    await engine.until('another one', (status) => letters(status) === 2)
    await waitFor(() => setting.databases.crm.query('select id, total from ordered where id >= 100'), {
      what: 'the one that could come, changed',
      until: (rows) => JSON.stringify(rows) === '[{"id":101,"total":2}]',
    })
    const said = engine.happenings.flatMap((one) => (one.event === 'dead-letter' ? [`${one.key} ${one.sqlstate}`] : []))
    assert.deepEqual(said.sort(), ['[100] 23503', '[100] 23514', '[102] 23503'])
  }))

test('what is held outlives SIGKILL, and takes effect once, also when the engine dies before it notes that', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const first = await setting.start()
    await setting.arrived('the first copy')
    await pause(first, parents)
    await first.stop()
    const killed = setting.startProcess()
    await killed.said('started')
    const { shop, crm } = setting.databases
    await shop.query(`insert into account values (100, 'new'); insert into placed values (100, 100, 1)`)
    for (const total of [2, 3]) {
      await shop.query(`update placed set total = ${total} where id in (1, 100)`)
      await waitFor(() => crm.query('select total from ordered where id = 1'), {
        what: 'a child whose parent is there',
        until: ([row]) => row?.total === total,
      })
    }
    await killed.signal('SIGKILL')

    const second = await setting.start()
    const held = await second.until('what was held', (status) => consumerIn(status, children).held >= 2)
    assert.equal(consumerIn(held, children).deadLetters, 0)
    await second.core.resumeConsumer(consumerIdOf(parents))
    await setting.arrived('everything')
    await assertNothingLeft(second)
    await second.stop()

    // As if it had died between the destination's commit and its own note of it.
    const store = openEventStore({
      stateDir: setting.workspace.stateDir,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })
    const rows = await crm.query(
      'select unnest(released)::int as "offset" from rejot.consumer_offset where consumer = $1',
      [consumerIdOf(children)],
    )
    const events = store.eventsAt(
      rows.map((row) => toOffset(Number(row.offset))),
      1_000_000,
    )
    assert.ok(events.length >= 2)
    store.held.hold(
      consumerIdOf(children),
      events.map(({ offset, key }) => ({ offset, key, sqlstate: '23503', constraint: undefined, at: 0 })),
    )
    store.close()

    const third = await setting.start()
    await assertNothingLeft(third)
    assert.deepEqual(await crm.query('select total, hits from ordered where id = 100'), [
      { total: 3, hits: events.length },
    ])
  }))

test('a destination that crashes loses nothing that was held, though it loses its last transactions', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    const { shop, crm } = setting.databases
    await pause(engine, parents)
    await shop.query(`insert into account values (100, 'new'); insert into placed values (100, 100, 1), (101, 100, 1)`)
    await engine.until('children that wait', isHeld(2))
    // Up to here everything is kept; what comes now is lost unless somebody waits for it.
    await crm.query('checkpoint')
    await engine.core.resumeConsumer(consumerIdOf(parents))
    await setting.arrived('everything')
    await assertNothingLeft(engine)
    await server('destination').restart('immediate')
    await setting.arrived('everything, after the crash', { timeoutMs: 30_000 })
    assert.deepEqual(await crm.query('select distinct hits from ordered'), [{ hits: 1 }])
  }))

test('a destination that loses its last transactions in a crash gets them again', () =>
  withSetting(setUpOrders({ source: shopRows(10, 30) }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    await assertNothingLeft(engine)
    await server('destination').restart('immediate')
    await setting.arrived('everything, after the crash', { timeoutMs: 30_000 })
  }))
