import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suggestTransformation } from './sql/suggest-transformation.ts'
import { type ConsumerChoices, type PublicSchemaChoices, setUpPipeline } from './testing/pipeline-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Tables of every kind and name, and SQL with placeholders in odd places, on real servers.

const server = withServers(['source', 'destination'])

interface Case {
  readonly tables: string
  /** SQL by table; gives `k` and `v`, both text. */
  readonly sql: Readonly<Record<string, string>>
  /** The same over all rows. */
  readonly truth: string
  readonly changes: readonly string[]
}

const longName = `${'é'.repeat(31)}x`
const odd = `"Odd ""Schema"" ☃"."Täble, ; -- :id"`

const cases: Readonly<Record<string, Case>> = {
  'the same name in one schema': {
    tables: `create schema north; create table north.item (id int primary key, name text); insert into north.item values (1, 'north')`,
    sql: { 'north.item': 'select i.id::text as k, i.name as v from north.item i where i.id = :id' },
    truth: 'select id::text as k, name as v from north.item',
    changes: [`insert into north.item values (2, 'two')`, `update north.item set name = 'first' where id = 1`],
  },
  'the same name in another schema': {
    tables: `create schema south; create table south.item (id int primary key, name text); insert into south.item values (1, 'south')`,
    sql: { 'south.item': 'select i.id::text as k, i.name as v from south.item i where i.id = :id' },
    truth: 'select id::text as k, name as v from south.item',
    changes: [`delete from south.item`, `insert into south.item values (3, 'three')`],
  },
  'mixed case, quotes, unicode, reserved words': {
    tables: `create schema "Odd ""Schema"" ☃"; create table ${odd} ("Order" int, "Ünï :x" text, "select" text, primary key ("Order", "Ünï :x"));
      insert into ${odd} values (1, 'a:b', 'x'), (2, '', 'y')`,
    sql: {
      [odd]: `select t."Order" || t."Ünï :x" as k, t."select" as v from ${odd} t where t."Order" = :Order and t."Ünï :x" = :"Ünï :x"`,
    },
    truth: `select "Order" || "Ünï :x" as k, "select" as v from ${odd}`,
    changes: [
      `update ${odd} set "select" = 'changed' where "Order" = 1`,
      `update ${odd} set "Ünï :x" = '"''\\' where "Order" = 2`,
      `delete from ${odd} where "Order" = 1`,
    ],
  },
  'names of 63 bytes': {
    tables: `create table ${longName} (${longName} int primary key, v text); insert into ${longName} values (1, 'long')`,
    sql: { [longName]: `select t.${longName}::text as k, t.v from ${longName} t where t.${longName} = :${longName}` },
    truth: `select ${longName}::text as k, v from ${longName}`,
    changes: [`update ${longName} set v = 'longer'`, `insert into ${longName} values (2, '')`],
  },
  'partitions, and rows that move between them': {
    tables: `create table part (id int primary key, v text) partition by range (id);
      create table part_low partition of part for values from (0) to (100);
      create table part_high partition of part for values from (100) to (200) partition by range (id);
      create table part_highest partition of part_high for values from (100) to (200);
      insert into part values (1, 'low'), (2, 'moves'), (150, 'high')`,
    sql: { part: 'select p.id::text as k, p.v from part p where p.id = :id' },
    truth: 'select id::text as k, v from part',
    changes: [
      `update part set id = 120 where id = 2`,
      `insert into part_low values (7, 'straight')`,
      `update part_highest set v = 'changed' where id = 150`,
      `create table part_new partition of part for values from (200) to (300); insert into part values (250, 'new')`,
      `delete from part where id = 1`,
      `create table joining (id int primary key, v text); insert into joining values (350, 'was there before');
       alter table part attach partition joining for values from (300) to (400)`,
      `alter table part detach partition part_new`,
    ],
  },
  'heirs, which have rows and keys of their own': {
    tables: `create table parent (id int primary key, v text);
      create table child (extra text, primary key (id)) inherits (parent);
      create table grandchild (primary key (id)) inherits (child);
      insert into parent values (1, 'parent'); insert into child values (2, 'child', 'x'); insert into grandchild values (3, 'grand', 'x')`,
    sql: { parent: 'select p.id::text as k, p.v from parent p where p.id = :id' },
    truth: 'select id::text as k, v from parent',
    changes: [
      `update parent set v = v || '!'`,
      `insert into grandchild values (4, 'new', 'x'); delete from only parent`,
      `delete from child where id = 2`,
    ],
  },
  'generated and identity columns': {
    tables: `create table made (id int generated always as identity primary key, a int, twice int generated always as (a * 2) stored);
      insert into made (a) values (1), (2)`,
    sql: { made: 'select m.id::text as k, m.twice::text as v from made m where m.id = :id and m.twice = :twice' },
    truth: 'select id::text as k, twice::text as v from made',
    changes: [
      `update made set a = 10 where id = 1`,
      `insert into made (a) values (7)`,
      `delete from made where id = 2`,
    ],
  },
  'placeholders beside what only looks like them': {
    tables: `create table p (id int primary key, id_x int, note text); insert into p values (1, 10, 'a'), (2, 20, 'b')`,
    sql: {
      p: `select q.id::text as k, 'x:id' || E':id\\'' || $$:id_x$$ || $t$ $1 $t$ || q.id_x::int::text || (array[1,2,3])[1:2]::text || ":id" as v /* :id /* $1 */ */
        from (select r.*, '~' as ":id" from p r) q join p k on k.id = q.id and k.id_x = :id_x::int
       where q.id = :id -- :note ; '
       ; -- and :nothing`,
    },
    truth: `select id::text as k, 'x:id' || ':id''' || ':id_x' || ' $1 ' || id_x || '{1,2}' || '~' as v from p`,
    changes: [`update p set id_x = id_x + 1`, `insert into p values (3, 30, 'c')`, `delete from p where id = 1`],
  },
  'numbered placeholders, and an aggregate over one': {
    tables: `create table n (id int primary key, grp int, note text); insert into n values (1, 1, 'a'), (2, 1, null)`,
    sql: {
      n: `select n.id::text as k, max($2) || coalesce(string_agg($3, ','), '-') || count(*) as v from n where n.id = $1 group by n.id`,
    },
    truth: `select id::text as k, grp || coalesce(note, '-') || 1 as v from n`,
    changes: [`update n set grp = 2, note = '$1' where id = 2`, `delete from n where id = 1`],
  },
}

const arrived = `create table arrived (name text, k text, v text, primary key (name, k))`

function choicesOf(name: string, { sql, truth }: Case) {
  const schema: PublicSchemaChoices<'source'> = {
    from: 'source',
    key: ['k'],
    columns: { k: 'text', v: 'text' },
    tables: sql,
  }
  const consumer: ConsumerChoices<'source' | 'destination'> = {
    of: name,
    into: 'destination',
    sql: `insert into arrived values ('${name}', :k, :v) on conflict (name, k) do update set v = excluded.v`,
    deleteSql: `delete from arrived where name = '${name}' and k = :k`,
    truth,
    rows: `select k, v from arrived where name = '${name}'`,
  }
  return { schema, consumer }
}

test(`${Object.keys(cases).length} kinds of tables, names and placeholders side by side: each arrives, changes and goes`, async () => {
  const entries = Object.entries(cases)
  const pipeline = await setUpPipeline({
    databases: {
      source: { server: server('source'), sql: entries.map(([, { tables }]) => `${tables};`).join('\n') },
      destination: { server: server('destination'), sql: arrived },
    },
    publicSchemas: Object.fromEntries(entries.map(([name, one]) => [name, choicesOf(name, one).schema])),
    consumers: Object.fromEntries(entries.map(([name, one]) => [name, choicesOf(name, one).consumer])),
  })
  try {
    const engine = await pipeline.start()
    await engine.caughtUp()
    await pipeline.arrived('the backfill')
    for (const [, { changes }] of entries) for (const change of changes) await pipeline.databases.source.query(change)
    await pipeline.arrived('the changes')
    assert.deepEqual(
      engine.happenings.filter(({ event }) => event === 'halted' || event === 'retrying'),
      [],
    )
  } finally {
    await pipeline.dispose()
  }
})

test('the transformation that is suggested for a table that nobody listens to is the one that was missing', async () => {
  const sql = `select a.id::text as k, a.name || c.name || coalesce((select string_agg(l.sku, ',' order by l.id) from ord o join line l on l.ord = o.id where o.account = a.id), '') as v
    from account a join country c on c.code = a.country where a.id = :id`
  const suggested = ['ord', 'line', 'country'].map((name) => suggestTransformation(sql, { schema: undefined, name }))
  const { schema, consumer } = choicesOf('accounts', {
    tables: '',
    sql: { account: sql, ...Object.fromEntries(suggested.map((one) => [one?.table ?? '', one?.sql ?? ''])) },
    truth: `${sql.replace('where a.id = :id', '')}`,
    changes: [],
  })
  const pipeline = await setUpPipeline({
    databases: {
      source: {
        server: server('source'),
        sql: `create table country (code text primary key, name text); create table account (id int primary key, name text, country text);
          create table ord (id int primary key, account int); create table line (id int primary key, ord int, sku text);
          insert into country values ('de', 'Germany'), ('fr', 'France'); insert into account values (1, 'Ada', 'de'), (2, 'Bob', 'fr');
          insert into ord values (10, 1), (20, 2); insert into line values (100, 10, 'x'), (200, 20, 'y')`,
      },
      destination: { server: server('destination'), sql: arrived },
    },
    publicSchemas: { accounts: schema },
    consumers: { accounts: consumer },
  })
  try {
    await pipeline.start()
    await pipeline.arrived('the backfill')
    for (const change of [
      `update country set name = 'Deutschland' where code = 'de'`,
      `insert into line values (101, 10, 'z')`,
      // Moved children publish both parents.
      `update line set ord = 20 where id = 100`,
      `update ord set account = 1 where id = 20`,
      `delete from line where id = 200`,
    ]) {
      await pipeline.databases.source.query(change)
      await pipeline.arrived(change)
    }
  } finally {
    await pipeline.dispose()
  }
})

test('positions past 0/FFFFFFF are later ones: nothing is lost where the WAL gets a digit more', async () => {
  const { schema, consumer } = choicesOf('walk', {
    tables: '',
    sql: { walk: 'select w.id::text as k, w.v from walk w where w.id = :id' },
    truth: 'select id::text as k, v from walk',
    changes: [],
  })
  const pipeline = await setUpPipeline({
    databases: {
      source: { server: server('source'), sql: 'create table walk (id serial primary key, v text)' },
      destination: { server: server('destination'), sql: arrived },
    },
    publicSchemas: { walk: schema },
    consumers: { walk: consumer },
  })
  const { source } = pipeline.databases
  const walkTo = (lsn: string): Promise<unknown> =>
    waitFor(
      async () => {
        await source.query(`select pg_logical_emit_message(false, 'walk', '')`)
        const [row] = await source.query(`select (pg_switch_wal() >= $1::pg_lsn) as there`, [lsn])
        return row?.there
      },
      { what: `the WAL at ${lsn}`, timeoutMs: 60_000 },
    )
  try {
    const first = await pipeline.start()
    await walkTo('0/E000000')
    await source.query(`insert into walk (v) values ('before')`)
    await pipeline.arrived('a row before')
    await walkTo('0/F000000')
    await source.query(`insert into walk (v) select 'behind ' || g from generate_series(1, 100) g`)
    await pipeline.arrived('rows behind the border')
    await first.stop()
    await source.query(`update walk set v = v || ' while it was stopped'; delete from walk where id = 1`)
    await pipeline.start()
    await pipeline.arrived('changes after a restart')
    const [slot] = await source.query(
      `select (confirmed_flush_lsn > '0/10000000') as behind from pg_replication_slots where database = current_database()`,
    )
    assert.equal(slot?.behind, true)
  } finally {
    await pipeline.dispose()
  }
})
