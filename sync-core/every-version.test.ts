import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { toOffset, zeroOffset } from './domain/offset.ts'
import { publicSchemaId, versionsId } from './domain/public-schema.ts'
import { readStore } from './read-store.ts'
import { openEventStore } from './sqlite/open-event-store.ts'
import { type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { samples, sampleTypeDefinitions } from './testing/sample-values.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Consumers that say `everyVersion` get each version of a row, in order, made of the images in the WAL.

const server = withServers(['source', 'destination'])

/** `truth` is the application's own log, written in the transaction that changes the row. `note` is kept out of line. */
const shop = `
create table item (id int primary key, name text not null collate "C", stock int not null, note text, hidden bool not null default false);
alter table item alter column note set storage external;
create table truth (n bigserial primary key, id int not null, name text, stock text, note text);
`
const copies = `create table history (n bigserial primary key, id int not null, name text, stock text, note text);
  create table item (id int primary key, name text, stock text, note text);
  create table mirror (id int primary key); create table child (id int references mirror on delete cascade)`
const select = `select i.id, i.name || case when i.name < 'a' then '<' else '' end as name, i.stock::text as stock, i.note
  from item i where i.id = :id and not i.hidden`
const columns = { id: 'integer', name: 'text', stock: 'text', note: 'text' }
const versionsOf = (table: string): string =>
  `select id, array_agg(array[name, stock, md5(note)] order by n)::text from ${table} group by id`

type Names = 'source' | 'destination'

async function withShop(more: string, act: (pipeline: PipelineSetting<Names>) => Promise<void>): Promise<void> {
  const pipeline = await setUpPipeline<Names>({
    databases: {
      source: { server: server('source'), sql: `${shop} ${more}` },
      destination: { server: server('destination'), sql: copies },
    },
    publicSchemas: { item: { from: 'source', key: ['id'], columns, tables: { item: select } } },
    consumers: {
      history: {
        of: 'item',
        into: 'destination',
        everyVersion: true,
        sql: `insert into history (id, name, stock, note) values (:id, :name, :stock, :note)`,
        deleteSql: 'insert into history (id) values (:id)',
        truth: versionsOf('truth'),
        rows: versionsOf('history'),
      },
      // Its deletes take other rows along, and would come last in their epoch.
      mirror: {
        of: 'item',
        into: 'destination',
        everyVersion: true,
        sql: 'insert into mirror (id) values (:id) on conflict (id) do update set id = excluded.id',
        deleteSql: 'delete from mirror where id = :id',
        truth: 'select id from item where not hidden',
        rows: 'select id from mirror',
      },
      item: {
        of: 'item',
        into: 'destination',
        sql: `insert into item values (:id, :name, :stock, :note)
          on conflict (id) do update set name = excluded.name, stock = excluded.stock, note = excluded.note`,
        deleteSql: 'delete from item where id = :id',
        truth: select.replace('i.id = :id and', ''),
        rows: 'select id, name, stock, note from item',
      },
    },
  })
  try {
    await act(pipeline)
  } finally {
    await pipeline.dispose()
  }
}

/** Notes what these rows are now, as the application would. */
const noted = (...ids: readonly number[]): string =>
  `insert into truth (id, name, stock, note)
   select k.id, i.name, i.stock, i.note from unnest(array[${ids.join(', ')}]) k(id) left join (${select.replace('i.id = :id and', '')}) i using (id)`
const long = (letter: string): string => `repeat('${letter}', 5000)`

test('every version arrives once and in order, and others get the last of each epoch', () =>
  withShop(
    'create unique index by_id on item (id); alter table item replica identity using index by_id',
    async (pipeline) => {
      const { source } = pipeline.databases
      await source.query(`insert into item values (1, 'one', 1, 'n'), (2, 'Two', 2, null); ${noted(1, 2)}`)
      await pipeline.start()
      await pipeline.arrived('the first copy')
      const counted = Array.from(
        { length: 10 },
        (_, n) => `update item set stock = ${n + 10} where id = 1; ${noted(1)}`,
      )
      await source.query(`begin; ${counted.join('; ')}; delete from item where id = 2; ${noted(2)};
      insert into item values (2, 'again', 0, 'x'); ${noted(2)}; delete from item where id = 2; ${noted(2)};
      delete from item where id = 1; ${noted(1)}; insert into item values (1, 'one', 20, 'n'); ${noted(1)}; commit`)
      await pipeline.arrived('many versions of one transaction')
      await source.query(`update item set hidden = true where id = 1; ${noted(1)}`)
      await source.query('update item set stock = 99 where id = 1')
      await source.query(`update item set hidden = false where id = 1; ${noted(1)}`)
      await source.query(
        `insert into item values (3, 'Three', 3, null); ${noted(3)}; update item set id = 4 where id = 3; ${noted(3, 4)}`,
      )
      await source.query('update item set id = id where id = 4')
      await pipeline.arrived('rows that leave the WHERE, come back, and change their key')
      for (let n = 0; n < 100; n++) await source.query(`update item set stock = ${n} where id = 1; ${noted(1)}`)
      await pipeline.arrived('one transaction after the other')
      await source.query(`truncate item; ${noted(1, 4)}`)
      await pipeline.arrived('a truncation')
    },
  ))

test('a value kept out of line that is not sent is that of the version before', () =>
  withShop('', async (pipeline) => {
    const { source } = pipeline.databases
    await (await pipeline.start()).caughtUp()
    await source.query(`begin; insert into item values (1, 'one', 1, ${long('a')}); ${noted(1)};
      update item set stock = 2 where id = 1; ${noted(1)}; update item set stock = 3 where id = 1; ${noted(1)}; commit`)
    await pipeline.arrived('what the same transaction had sent')
    await source.query(`update item set stock = 4 where id = 1; ${noted(1)}`)
    await pipeline.arrived('what was stored last')
    await source.query(`update item set id = 2, stock = 5 where id = 1; ${noted(1, 2)}`)
    await pipeline.arrived('another key')
    await source.query(
      `begin; update item set stock = 6 where id = 2; ${noted(2)}; update item set note = ${long('b')} where id = 2; ${noted(2)}; commit`,
    )
    await pipeline.arrived('a value that changes later in the same epoch')
    await source.query(`update item set hidden = true where id = 2; ${noted(2)}`)
    await source.query(`update item set hidden = false where id = 2; ${noted(2)}`)
    await pipeline.arrived('a row that was not published before, and is looked up')
    await source.query('alter table item replica identity full')
    await source.query(`begin; update item set stock = 7 where id = 2; ${noted(2)};
      update item set note = ${long('c')} where id = 2; ${noted(2)}; update item set stock = 8 where id = 2; ${noted(2)}; commit`)
    await pipeline.arrived('with replica identity full')
    await source.query(
      `begin; update item set id = 3, stock = 9 where id = 2; ${noted(2, 3)}; delete from item; ${noted(3)}; commit`,
    )
    await pipeline.arrived('another key and a delete under it')
  }))

test('images wait on disk while their transaction is open, and those that are rolled back are no versions', () =>
  withShop('', async (pipeline) => {
    const { source } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    // 15 MB, of which a source sends what it has from 8 MB on.
    const some = `select g, 'name ' || g, g, repeat(md5(g::text), 100) from generate_series(1, 4500) g`
    const all = `insert into truth (id, name, stock, note) ${select.replace('i.id = :id and', '')}`
    await source.query(`begin; insert into item ${some}; ${all}; update item set stock = stock + 1 where id % 3 > 0; ${all.replace('not i.hidden', 'i.id % 3 > 0')};
      savepoint s; update item set stock = -1, note = 'no'; rollback to s; update item set stock = 7 where id % 3 > 0; ${all.replace('not i.hidden', 'i.id % 3 > 0')}; commit`)
    await pipeline.arrived('a large transaction', { timeoutMs: 40_000 })
    await source.query(`begin; update item set stock = 0, note = repeat(note, 2); rollback`)
    await source.query(`delete from item where id > 1; insert into truth (id) select generate_series(2, 4500)`)
    await pipeline.arrived('what comes after one that was rolled back', { timeoutMs: 40_000 })
  }))

test('columns that change their type between two versions are looked up', () =>
  withShop('', async (pipeline) => {
    const { source } = pipeline.databases
    const engine = await pipeline.start()
    await source.query(`insert into item values (1, 'one', 1, 'n'); ${noted(1)}`)
    await pipeline.arrived('a row')
    // Read as a text, the former number would be right by its looks alone.
    await source.query(
      `begin; alter table item alter stock type text using 'x' || stock; update item set name = 'two' where id = 1; ${noted(1)}; commit`,
    )
    await pipeline.arrived('a version of another type')
    await source.query(
      `begin; update item set stock = 'y' where id = 1; ${noted(1)}; alter table item rename note to remark; update item set stock = 'z' where id = 1; alter table item rename remark to note; ${noted(1)}; commit`,
    )
    await pipeline.arrived('a column that was called otherwise in between')
    await source.query(`update item set stock = 'last' where id = 1; ${noted(1)}`)
    await pipeline.arrived('a version after that')
    // Nothing had to be copied again for it.
    assert.deepEqual(
      engine.happenings.filter(({ event }) => event === 'halted'),
      [],
    )
  }))

test('a version that was written while a column was of another type is not read as one of the new type', () =>
  withShop('alter table item alter stock type text', async (pipeline) => {
    const { source } = pipeline.databases
    const engine = await pipeline.start()
    await source.query(`insert into item values (1, 'one', 'a dozen', 'n'); ${noted(1)}`)
    await pipeline.arrived('a row')
    await engine.stop()
    // It would pass for a 7, which this row never had, before or after.
    await source.query(`update item set stock = '007' where id = 1`)
    await source.query(`alter table item alter stock type int using length(stock); ${noted(1)}`)
    const again = await pipeline.start()
    await again.caughtUp()
    await source.query(`update item set stock = 9 where id = 1; ${noted(1)}`)
    await pipeline.arrived('the row as it is now, and a version after that')
    assert.deepEqual(
      again.happenings.filter(({ event }) => event === 'halted'),
      [],
    )
  }))

test('who does not want every version any more, and then again, gets what has changed meanwhile once', () =>
  withShop('', async (pipeline) => {
    const { source, destination } = pipeline.databases
    const settings = join(dirname(pipeline.workspace.manifestPath), 'rejot-desktop.json')
    const wanted = await readFile(settings, 'utf8')
    const engine = await pipeline.start()
    await source.query(
      `insert into item values (1, 'one', 1, 'n'), (2, 'two', 2, 'n'), (3, 'three', 3, 'n'); ${noted(1, 2, 3)}`,
    )
    await pipeline.arrived('rows')
    await engine.stop()
    await writeFile(settings, JSON.stringify({ consumers: { history: { start: 'now' } } }))
    const without = await pipeline.start()
    await without.caughtUp()
    await source.query('update item set stock = 5 where id = 1; delete from item where id = 2')
    await pipeline.arrived('the rows of now', { consumers: ['item'] })
    await without.caughtUp()
    await without.stop()
    await destination.query('delete from history where stock is distinct from id::text')
    await writeFile(settings, wanted)
    await pipeline.start()
    await source.query(noted(1, 2))
    await pipeline.arrived('what has changed meanwhile')
    await source.query(`update item set stock = 6 where id = 1; ${noted(1)}`)
    await pipeline.arrived('what comes after it')
  }))

test('behind a position each later version comes in order, and where versions are not kept from there on it is refused', () =>
  withShop("insert into item values (1, 'one', 1, 'n')", async (pipeline) => {
    const { source, destination } = pipeline.databases
    const { manifestPath, stateDir } = pipeline.workspace
    const engine = await pipeline.start()
    await engine.caughtUp()
    await source.query(`insert into item values (2, 'two', 2, 'n'); ${noted(1, 2)}`)
    await pipeline.arrived('a row')
    await engine.stop()
    const reader = readStore(stateDir)
    const after = reader.events.page({ filter: {}, limit: 1 }).rows[0]?.offset
    const { store } = reader.events
    reader.close()
    await destination.query('create table later (like history including all)')
    const again = await pipeline.start()
    for (let n = 0; n < 3; n++) await source.query(`update item set stock = ${n} where id = 1; ${noted(1)}`)
    await source.query(`delete from item where id = 2; ${noted(2)}`)
    await pipeline.arrived('four versions')
    await again.stop()

    const manifest = JSON.parse(await readFile(manifestPath, 'utf8'))
    const [history] = manifest.consumerSchemas
    const into = (name: string) => ({
      ...history,
      name,
      config: JSON.parse(JSON.stringify(history.config).replaceAll('into history', 'into later')),
    })
    await writeFile(
      manifestPath,
      JSON.stringify({ ...manifest, consumerSchemas: [...manifest.consumerSchemas, into('later'), into('early')] }),
    )
    const settings = join(dirname(manifestPath), 'rejot-desktop.json')
    const known = JSON.parse(await readFile(settings, 'utf8'))
    const wanted = (start: number) => ({ everyVersion: true, start: { after: start, store } })
    await writeFile(
      settings,
      JSON.stringify({ ...known, consumers: { ...known.consumers, later: wanted(after ?? 0), early: wanted(0) } }),
    )
    const third = await pipeline.start()
    await source.query(`update item set stock = 9 where id = 1; ${noted(1)}`)
    await pipeline.arrived('one more')
    const there = await source.query('select id, stock from truth order by n offset 2')
    await waitFor(() => destination.query('select id, stock from later order by n'), {
      what: 'the versions from there on',
      until: (rows) => isDeepStrictEqual(rows, there),
    })
    const { consumers } = await third.until('a refusal', (status) =>
      status.consumers.some(({ state }) => state === 'halted'),
    )
    assert.match(
      consumers.find(({ name }) => name === 'early')?.failure?.message ?? '',
      /^Cannot begin @test\/pipeline\/early after event 0: that is after event 0, and every version is kept only after event \d+$/,
    )
  }))

const refused = {
  secured: [
    'alter table secured enable row level security',
    'select t.id from secured t where t.id = :id',
    /has row security/,
  ],
  computed: [
    'alter table computed add c int generated always as (id) stored',
    'select * from computed t where id = :id',
    /"c" is computed/,
  ],
  marked: ['alter table marked add x xml', 'select t.id, t.x::text from marked t where t.id = :id', /"x" is xml/],
  inherited: [
    'create table heir (primary key (id)) inherits (inherited)',
    'select t.id from inherited t where t.id = :id',
    /inherit from/,
  ],
  called: [
    'create function price(int) returns int stable language sql as $$ select $1 $$',
    'select t.id, price(t.id) as p from called t where t.id = :id',
    /price\(\) may answer differently/,
  ],
  several: ['', 'select t.id, generate_series(1, 1) as n from several t where t.id = :id', /gives several rows/],
  keyless: ['', 'select t.id::numeric as id from keyless t where t.id = :id', /key/],
} as const

test('where images do not say all that rows are made of, it is said why, and others are not concerned', async () => {
  const names = Object.keys(refused) as (keyof typeof refused)[]
  const all = <T>(make: (name: keyof typeof refused) => T) =>
    Object.fromEntries(names.map((name) => [name, make(name)]))
  const pipeline = await setUpPipeline({
    databases: {
      source: {
        server: server('source'),
        sql: names.map((name) => `create table ${name} (id int primary key); ${refused[name][0]}`).join('; '),
      },
      destination: { server: server('destination'), sql: 'create table seen (name text, id int)' },
    },
    publicSchemas: all((name) => ({
      from: 'source',
      key: ['id'],
      columns: { id: name === 'keyless' ? 'numeric' : 'integer' },
      tables: { [name]: refused[name][1] },
    })),
    consumers: {
      ...all((name) => ({ ...seeing(name), everyVersion: true })),
      last: { ...seeing('secured'), truth: 'select id from secured', rows: 'select id from seen' },
    },
  })
  try {
    const engine = await pipeline.start()
    const { publicSchemas } = await engine.until('sentences', (status) =>
      status.publicSchemas.every(({ failure }) => failure !== undefined),
    )
    for (const { name, failure } of publicSchemas) {
      assert.match(failure?.message ?? '', /^Cannot give every version of @test\/pipeline\/\w+@1: /)
      assert.match(failure?.message ?? '', refused[name as keyof typeof refused][2])
    }
    await pipeline.databases.source?.query('insert into secured values (1)')
    await pipeline.arrived('a row', { consumers: ['last'] })
  } finally {
    await pipeline.dispose()
  }
})

function seeing(of: string) {
  const sql = `insert into seen values ('${of}', :id)`
  return { of, into: 'destination', sql, deleteSql: sql, truth: '', rows: '' } as const
}

/** What is printed of xml is not all of it: it is refused. */
const types = samples(20_262, 12).filter(({ type }) => type !== 'xml')
const typed = types.map(({ type, declared = type }, place) => ({ name: `c${place}`, type, declared }))
const rowCount = Math.max(...types.map(({ values }) => values.length)) + 1

function rowsOf(shift: number): string {
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const values = types.map(({ values, type, declared = type }) => {
      const value = row === rowCount - 1 ? undefined : values[(row + shift) % values.length]
      return `${value === undefined ? 'null' : `'${value.replaceAll("'", "''")}'`}::${declared}`
    })
    return `(${[row, ...values].join(', ')})`
  })
  return rows.join(', ')
}

test(`rows of ${types.length} types made of images are, byte by byte, those that the table gives`, async () => {
  const names = typed.map(({ name }) => name)
  const pipeline = await setUpPipeline({
    databases: {
      source: {
        server: server('source'),
        sql: `${sampleTypeDefinitions} create table sample (id int primary key, ${typed.map(({ name, declared }) => `${name} ${declared}`).join(', ')})`,
      },
      destination: { server: server('destination'), sql: 'create table seen (id int)' },
    },
    publicSchemas: {
      sample: {
        from: 'source',
        key: ['id'],
        columns: { id: 'integer', ...Object.fromEntries(typed.map(({ name, type }) => [name, type])) },
        tables: { sample: 'select s.* from sample s where s.id = :id' },
      },
    },
    consumers: {
      sample: {
        of: 'sample',
        into: 'destination',
        everyVersion: true,
        sql: 'select :id',
        deleteSql: 'select :id',
        truth: '',
        rows: '',
      },
    },
  })
  try {
    const { source } = pipeline.databases
    const engine = await pipeline.start()
    await engine.caughtUp()
    const events = async (count: number): Promise<void> => {
      await engine.until(`${count} versions`, ({ store }) => store.events >= 2 * count)
    }
    await source.query(`insert into sample values ${rowsOf(0)}`)
    await events(rowCount)
    await source.query(
      `insert into sample values ${rowsOf(1)} on conflict (id) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    )
    await events(2 * rowCount - 1)
    await source.query('delete from sample')
    await events(3 * rowCount - 1)
    await engine.stop()
    const base = publicSchemaId({ manifest: '@test/pipeline', name: 'sample', version: { major: 1, minor: 0 } })
    const [table, images] = storedEvents(pipeline.workspace.stateDir, [base, versionsId(base)])
    assert.equal(table?.length, 3 * rowCount - 1)
    assert.equal(images?.length, table?.length)
    const member = /"(c[0-9]+)":/
    const wrong = images?.flatMap((event, place) => {
      const [here, there] = [event.split(member), (table?.[place] ?? '').split(member)]
      return here.flatMap((text, part) =>
        text === there[part] ? [] : [`${here[part - 1]}: ${text}, not ${there[part]}`],
      )
    })
    assert.deepEqual(wrong?.slice(0, 5), [])
  } finally {
    await pipeline.dispose()
  }
})

/** By schema, of each key the events in order. */
function storedEvents(stateDir: string, schemas: readonly string[]): readonly (readonly string[])[] {
  const store = openEventStore({ stateDir, log: { debug() {}, info() {}, warn() {}, error() {} } })
  try {
    const epochs = store.epochsAfter('@test/pipeline/source', zeroOffset, 1_000_000)
    return schemas.map((schema) => {
      const page = store.events({ epochs, schemas: [schema], after: toOffset(0), limit: 1_000_000, maxBytes: 1e9 })
      return page.map(({ key, operation, payload }) => `${key} ${operation} ${payload}`).sort()
    })
  } finally {
    store.close()
  }
}
