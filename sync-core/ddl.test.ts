import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { EngineStatus, PublicSchemaStatus } from './domain/status.ts'
import type { TestEngine } from './testing/engine.ts'
import { fastClock } from './testing/fast-clock.ts'
import {
  type ConsumerChoices,
  type PipelineSetting,
  type PublicSchemaChoices,
  setUpPipeline,
} from './testing/pipeline-setting.ts'
import type { TestDatabase } from './testing/test-database.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

const server = withServers(['source', 'destination'])

// Definitions are looked at once a second, and what was halted is tried again after two and more.
const clock = fastClock(5)

const tables = `
create table item (id int primary key, name text not null, price int not null);
create table other (id int primary key, name text not null);
insert into item select g, 'item ' || g, g from generate_series(1, 50) g;
insert into other select g, 'other ' || g from generate_series(1, 50) g;`

const arrivedTables = `
create table item (id int primary key, name text, price text);
create table other (id int primary key, name text);
create table deleted (id int);`

type Databases = 'source' | 'destination'
type Contract = Omit<PublicSchemaChoices<Databases>, 'from' | 'key'>

const items: Contract = {
  columns: { id: 'integer', name: 'text', price: 'int4' },
  tables: { item: 'select i.id, i.name, i.price from item i where i.id = :id' },
}
const others: Contract = {
  columns: { id: 'integer', name: 'text' },
  tables: { other: 'select o.* from other o where o.id = :id' },
}
const itemsTruth = 'select id, name, price::text from item'

function consumers(truth: string): Record<'items' | 'others', ConsumerChoices<Databases>> {
  return {
    items: {
      of: 'items',
      into: 'destination',
      sql: 'insert into item values (:id, :name, :price) on conflict (id) do update set name = excluded.name, price = excluded.price',
      deleteSql: 'with gone as (delete from item where id = :id returning id) insert into deleted select id from gone',
      truth,
      rows: 'select id, name, price from item',
    },
    others: {
      of: 'others',
      into: 'destination',
      sql: 'insert into other values (:id, :name) on conflict (id) do update set name = excluded.name',
      deleteSql: 'delete from other where id = :id',
      truth: 'select id, name from other',
      rows: 'select id, name from other',
    },
  }
}

interface Choices {
  readonly items?: Contract
  readonly truth?: string
  readonly sql?: string
}

function setUp({ items: contract = items, truth = itemsTruth, sql = '' }: Choices = {}) {
  const from = { from: 'source', key: ['id'] } as const
  return setUpPipeline<Databases>({
    databases: {
      source: { server: server('source'), sql: `${tables} ${sql}` },
      destination: { server: server('destination'), sql: arrivedTables },
    },
    publicSchemas: { items: { ...from, ...contract }, others: { ...from, ...others } },
    consumers: consumers(truth),
  })
}

interface Setting {
  readonly source: TestDatabase
  readonly destination: TestDatabase
  readonly engine: TestEngine
  itemsArrived(what: string): Promise<void>
  othersArrived(what: string): Promise<void>
  halted(): Promise<PublicSchemaStatus>
}

/** With an engine that has caught up. */
async function settingOf(pipeline: PipelineSetting<Databases>): Promise<Setting> {
  const engine = await pipeline.start({ clock })
  await engine.caughtUp()
  return {
    ...pipeline.databases,
    engine,
    itemsArrived: (what) => pipeline.arrived(what, { consumers: ['items'] }),
    othersArrived: (what) => pipeline.arrived(what, { consumers: ['others'] }),
    async halted() {
      const isHalted = (status: EngineStatus) => status.publicSchemas[0]?.failure !== undefined
      const [schema] = (await engine.until('a halted public schema', isHalted)).publicSchemas
      assert.ok(schema)
      return schema
    },
  }
}

async function withSetting(work: (setting: Setting) => Promise<void>, choices?: Choices): Promise<void> {
  const pipeline = await setUp(choices)
  try {
    await work(await settingOf(pipeline))
  } finally {
    await pipeline.dispose()
  }
}

async function eventsOf({ engine }: Setting, schema: number): Promise<number> {
  const { publicSchemas } = await engine.caughtUp()
  return publicSchemas[schema]?.events ?? -1
}

const changes = `
update item set price = price + 1 where id <= 10;
delete from item where id between 41 and 45;
insert into item values (101, 'new', 101);
update other set name = name || '!' where id <= 10;`

interface Break {
  readonly what: string
  readonly sql: string
  readonly mend: string
  readonly kind: string
  readonly says: RegExp
  /** With the tables as they are while it is broken. */
  readonly changes?: string
}

const breaks: readonly Break[] = [
  {
    what: 'a column that it reads is renamed',
    sql: 'alter table item rename price to cost',
    changes: changes.replaceAll('price', 'cost'),
    mend: 'alter table item rename cost to price',
    kind: 'sql',
    says: /^Cannot run the SQL of .*items.*: column i\.price does not exist/,
  },
  {
    what: 'a column that it promises gets another type',
    sql: 'alter table item alter price type bigint',
    mend: 'alter table item alter price type int',
    kind: 'sql',
    says: /^Cannot publish items 1\.0: its SQL gives "price" as bigint, and its outputSchema promises int4/,
  },
  {
    what: 'a column that it reads is dropped',
    sql: 'alter table item drop price',
    changes: changes.replace('price = price + 1', `name = 'changed'`).replace(`'new', 101`, `'new'`),
    mend: 'alter table item add price int not null default 7',
    kind: 'sql',
    says: /column i\.price does not exist/,
  },
  {
    what: 'its table is renamed',
    sql: 'alter table item rename to thing',
    changes: changes.replaceAll('item ', 'thing '),
    mend: 'alter table thing rename to item',
    kind: 'table-missing',
    says: /there is no table "item"/,
  },
]

for (const { what, sql, mend, kind, says, changes: meanwhile = changes } of breaks) {
  test(`when ${what}, that public schema halts alone, and is made whole once that is mended`, () =>
    withSetting(async (setting) => {
      const { source, engine } = setting
      await source.query(sql)
      await source.query(meanwhile)
      const { failure } = await setting.halted()
      assert.equal(failure?.kind, kind)
      assert.match(failure?.message ?? '', says)
      assert.match(failure?.solution ?? '', /\. It goes on by itself then/)
      await setting.othersArrived('changes of the other public schema')
      assert.equal(engine.core.status().sources[0]?.state, 'streaming')
      await source.query(mend)
      await setting.itemsArrived('what was changed meanwhile')
      await engine.caughtUp()
      const said = engine.happenings.filter(({ event }) => event === 'halted')
      assert.equal(said.length, 1, JSON.stringify(said))
    }))
}

test('a halted public schema holds no WAL on the source', () =>
  withSetting(async ({ source, halted, engine }) => {
    await source.query('alter table item rename price to cost')
    await source.query('update item set cost = cost + 1')
    await halted()
    const [before] = await source.query('select pg_current_wal_insert_lsn()::text as lsn')
    await source.query(`insert into other values (200, 'later')`)
    const confirmed = () =>
      source.query(
        `select (confirmed_flush_lsn > $1::pg_lsn) as past from pg_replication_slots where database = current_database()`,
        [before?.lsn],
      )
    await waitFor(confirmed, { what: 'the slot past the changes', until: ([row]) => row?.past === true })
    assert.notEqual(engine.core.status().publicSchemas[0]?.failure, undefined)
  }))

test('an engine that is stopped while a public schema is halted goes on where it was', async () => {
  const pipeline = await setUp()
  try {
    const { source, engine, halted } = await settingOf(pipeline)
    await source.query('alter table item rename price to cost')
    await source.query(changes.replaceAll('price', 'cost'))
    await halted()
    await engine.stop()
    await source.query(`delete from item where id = 50; insert into other values (300, 'while it was stopped')`)
    await source.query('alter table item rename cost to price')
    await pipeline.start({ clock })
    await pipeline.arrived('all that was changed meanwhile')
  } finally {
    await pipeline.dispose()
  }
})

test('columns that no contract names come, move, change and go without a word', () =>
  withSetting(async (setting) => {
    const { source, engine } = setting
    const before = await eventsOf(setting, 0)
    await source.query('alter table item add note text, add rank int default 5')
    await source.query('update item set note = name where id = 1')
    await source.query('alter table item alter rank type bigint')
    await source.query('alter table item drop note')
    await source.query('alter table item rename rank to place')
    await source.query('begin; alter table item add extra int; update item set price = 1000 where id = 2; commit')
    await source.query('begin; insert into item values (500, 500, 500); alter table item drop extra; commit')
    await setting.itemsArrived('changes among the definitions')
    assert.equal(await eventsOf(setting, 0), before + 2)
    assert.deepEqual(
      engine.happenings.filter(({ event }) => event === 'halted'),
      [],
    )
  }))

test('a column that comes behind a star is published with all rows', () =>
  withSetting(async (setting) => {
    const { source, destination, engine } = setting
    const before = await eventsOf(setting, 1)
    await source.query(`alter table other add note text; update other set note = 'noted'`)
    await waitFor(() => engine.core.status().publicSchemas[1]?.events ?? 0, {
      what: 'an event for each row',
      until: (events) => events >= before + 50,
    })
    await setting.othersArrived('all rows')
    assert.deepEqual(await destination.query('select count(*)::int as n from other'), [{ n: 50 }])
  }))

test('rows that are rewritten into other values are copied again, though the stream does not say so', () =>
  withSetting(
    async ({ source, engine, itemsArrived }) => {
      await source.query('alter table item alter price type numeric(10, 0)')
      await itemsArrived('prices that were rounded')
      assert.deepEqual(
        engine.happenings.filter(({ event }) => event === 'halted'),
        [],
      )
    },
    {
      items: { ...items, columns: { ...items.columns, price: 'numeric' } },
      sql: 'alter table item alter price type numeric(10, 2) using price + 0.25',
    },
  ))

test('a table that is dropped and made again is another table: old rows go, new ones come', () =>
  withSetting(async (setting) => {
    const { source } = setting
    await source.query(`drop table item; create table item (id int primary key, name text not null, price int not null);
      insert into item select g, 'again ' || g, g from generate_series(40, 60) g`)
    await setting.itemsArrived('the new table')
    await source.query(`update item set price = 0 where id = 50; delete from item where id = 60`)
    await setting.itemsArrived('changes of the new table')
  }))

test('a rewritten table deletes nothing, however often it is rewritten between snapshot and projection', () =>
  withSetting(async (setting) => {
    const { source, destination } = setting
    const writer = async (): Promise<void> => {
      for (let round = 0; round < 150; round++) {
        await source.query('update item set price = price + 1 where id % 10 = $1', [round % 10])
      }
    }
    const changer = async (): Promise<void> => {
      for (let round = 0; round < 12; round++) {
        await source.query('alter table item add filler double precision default random()')
        await source.query('alter table item alter filler type text')
        await source.query('alter table item drop filler')
      }
    }
    await Promise.all([writer(), changer()])
    await setting.itemsArrived('all changes')
    assert.deepEqual(await destination.query('select id from deleted'), [])
  }))

const partitioned = `
drop table item; create table item (id int primary key, name text not null, price int not null) partition by range (id);
create table item_low partition of item for values from (0) to (1000);
insert into item select g, 'item ' || g, g from generate_series(1, 50) g;`

test('partitions that come with rows, or go with them, are copied again; one that was just made is not', () =>
  withSetting(
    async (setting) => {
      const { source, engine } = setting
      const generation = () => engine.core.status().publicSchemas[0]?.backfill.generation
      const sessions = `select string_agg(pid::text, ' ' order by pid) as pids from pg_stat_activity
        where datname = current_database() and application_name like 'ReJot replication%'`
      const [before] = await source.query(sessions)
      await source.query('create table item_next partition of item for values from (1000) to (2000)')
      await waitFor(() => source.query(sessions), {
        what: 'a session that knows the new partition',
        until: ([row]) => row?.pids !== null && row?.pids !== before?.pids,
      })
      await source.query(`insert into item values (1500, 'new', 1)`)
      await setting.itemsArrived('a row of the new partition')
      assert.equal(generation(), 1)
      await source.query(`create table item_high (like item including all);
        insert into item_high values (2500, 'was there before', 1);
        alter table item attach partition item_high for values from (2000) to (3000)`)
      await setting.itemsArrived('rows that were attached')
      assert.equal(generation(), 2)
      await source.query('drop table item_low')
      await setting.itemsArrived('that the rows of a partition are gone with it')
      assert.equal(generation(), 3)
    },
    { sql: partitioned },
  ))

test('a key column that the SQL does not name may be renamed', () =>
  withSetting(
    async (setting) => {
      const { source } = setting
      await source.query('alter table item rename id to uid')
      await source.query(`update item set price = price + 1000 where uid < 10; delete from item where uid = 20`)
      await setting.itemsArrived('changes under the new name')
    },
    {
      items: { ...items, tables: { item: 'select i.price as id, i.name, i.price from item i where i.price = :price' } },
      truth: 'select price as id, name, price::text from item',
      sql: 'create unique index on item (price);',
    },
  ))

test('a table that is taken out of the publication comes back with what was changed meanwhile', () =>
  withSetting(async (setting) => {
    const { source } = setting
    await source.query(`alter publication slot_${source.name} drop table item`)
    await source.query(changes)
    await setting.itemsArrived('changes that were not published')
    await setting.othersArrived('changes that were')
  }))

test('rows that are written by a transaction that was open before its table was published arrive', () =>
  withSetting(async (setting) => {
    const { source, engine } = setting
    await source.query(`alter table item rename to thing`)
    await setting.halted()
    await source.query(`create table item (id int primary key, name text not null, price int not null)`)
    const writer = await source.session()
    // It has written, and not yet committed, when the table joins the publication.
    await writer.query('begin')
    await writer.query(`insert into item values (1, 'early', 1)`)
    const waiting = await engine.until(
      'a backfill that waits',
      ({ publicSchemas }) => publicSchemas[0]?.backfill.waitsFor !== undefined,
    )
    assert.equal(waiting.publicSchemas[0]?.backfill.waitsFor, `the transaction of PID ${writer.pid}`)
    await source.query(`insert into item values (2, 'published', 2); insert into other values (400, 'meanwhile')`)
    await setting.othersArrived('changes of the other public schema')
    await writer.query('commit')
    await writer.close()
    await setting.itemsArrived('rows of the open transaction')
  }))

test('SQL that stumbles over a row halts its public schema alone, until the row is mended', () =>
  withSetting(
    async (setting) => {
      const { source, engine } = setting
      await source.query(`update item set price = 0 where id = 3; update other set name = 'meanwhile' where id = 3`)
      const { failure } = await setting.halted()
      assert.match(failure?.message ?? '', /^Cannot run the SQL of .*items.*: a division by zero$/)
      await setting.othersArrived('changes of the other public schema')
      await source.query(`update item set price = 5 where id = 3; delete from item where id = 4`)
      await setting.itemsArrived('the mended row')
      assert.equal(engine.happenings.filter(({ event }) => event === 'halted').length, 1)
    },
    {
      items: { ...items, tables: { item: 'select i.id, i.name, 100 / i.price as price from item i where i.id = :id' } },
      truth: 'select id, name, (100 / price)::text from item',
    },
  ))

test('not one row reaches a consumer in a form that its contract does not promise', () =>
  withSetting(
    async (setting) => {
      const { source, destination, engine, halted } = setting
      // No table changes, so only the SQL's own shape tells.
      await source.query(`begin; drop view priced; create view priced as select id, 'n' || price as price from item;
        update item set price = price + 1; commit`)
      const { failure } = await halted()
      assert.match(failure?.message ?? '', /its SQL gives "price" as text, and its outputSchema promises int4/)
      await setting.othersArrived('nothing new')
      const [row] = await destination.query(`select count(*)::int as n from item where price like 'n%'`)
      assert.deepEqual(row, { n: 0 })
      await source.query('begin; drop view priced; create view priced as select id, price from item; commit')
      await setting.itemsArrived('the changed rows')
      await engine.caughtUp()
    },
    {
      items: {
        ...items,
        tables: { item: 'select i.id, i.name, p.price from item i join priced p on p.id = i.id where i.id = :id' },
      },
      sql: 'create view priced as select id, price from item;',
    },
  ))

test('SQL that is changed while the engine is stopped forgets what the former SQL gave', async () => {
  const sql = (condition: string): string =>
    `select i.id, i.name || count(t.id) || count(l.id) as name, i.price from item i left join tag t on t.item = i.id left join label l on l.item = i.id where ${condition} group by i.id`
  const pipeline = await setUp({
    items: {
      ...items,
      tables: {
        item: sql('i.id = :id'),
        tag: sql('i.id = (select t2.item from tag t2 where t2.text = :text)'),
        label: sql('i.id = :item'),
      },
    },
    truth: `select i.id, i.name || (select count(*) from label l where l.item = i.id) as name, i.price::text as price from item i`,
    sql: `create table tag (id int primary key, item int, text text unique); create table label (id int primary key, item int);
      insert into tag select g, g, 'tag ' || g from generate_series(1, 40) g; insert into label values (1, 1), (2, 1);`,
  })
  try {
    const first = await pipeline.start({ clock })
    await first.caughtUp()
    await first.stop()
    // The second table goes, and the third, asked by a number and not by a text, stands in its place.
    const { manifestPath } = pipeline.workspace
    const text = (await readFile(manifestPath, 'utf8'))
      .replaceAll(' || count(t.id)', '')
      .replaceAll('left join tag t on t.item = i.id', '')
    const manifest = JSON.parse(text)
    const { config } = manifest.publicSchemas[0]
    config.transformations = config.transformations.filter(({ table }: { table: string }) => table !== 'tag')
    await writeFile(manifestPath, JSON.stringify(manifest))
    const second = await pipeline.start({ clock })
    await pipeline.arrived('rows of the new SQL')
    await second.caughtUp()
    assert.deepEqual(
      second.happenings.filter(({ event }) => event === 'halted'),
      [],
    )
  } finally {
    await pipeline.dispose()
  }
})

test('a key that is another one within its major version is refused, and nothing is deleted', async () => {
  const pipeline = await setUp()
  const { source, destination } = pipeline.databases
  const { manifestPath } = pipeline.workspace
  try {
    const first = await pipeline.start({ clock })
    await first.caughtUp()
    await first.stop()
    const written = await readFile(manifestPath, 'utf8')
    const manifest = JSON.parse(written)
    manifest.publicSchemas[0].outputSchema['x-rejot'].key = ['id', 'name']
    await writeFile(manifestPath, JSON.stringify(manifest))
    const second = await pipeline.start({ clock })
    const isHalted = ({ publicSchemas }: EngineStatus) => publicSchemas[0]?.failure !== undefined
    const { failure } = (await second.until('a refused key', isHalted)).publicSchemas[0] ?? {}
    assert.equal(
      failure?.message,
      'Cannot publish @test/pipeline/items@1: its key is id, name now, and was id: a key stays as it is within a major version',
    )
    await source.query(changes)
    await pipeline.arrived('changes of the other public schema', { consumers: ['others'] })
    await second.stop()
    await writeFile(manifestPath, written)
    const third = await pipeline.start({ clock })
    await pipeline.arrived('all that was changed meanwhile')
    await third.caughtUp()
    assert.deepEqual(
      await destination.query('select id from deleted order by id'),
      [41, 42, 43, 44, 45].map((id) => ({ id })),
    )
  } finally {
    await pipeline.dispose()
  }
})

test('a row that breaks a promise which only rows can break is said, and goes on', () =>
  withSetting(
    async ({ source, engine, itemsArrived }) => {
      assert.equal(engine.core.status().publicSchemas[0]?.contractFault, undefined)
      await source.query('alter table item alter name drop not null')
      await source.query('update item set name = null')
      await itemsArrived('rows without a name')
      // One row is looked at now and then: whatever comes in between goes unseen.
      const fault = await waitFor(
        async () => {
          await source.query('update item set price = price + 1')
          return engine.core.status().publicSchemas[0]?.contractFault
        },
        { what: 'a fault of the contract', until: (found) => found !== undefined },
      )
      assert.equal(fault, 'A row has NULL as "name", which its outputSchema says is never so')
    },
    { items: { ...items, required: ['id', 'name'] } },
  ))
