import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsumerChoices, type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { withServers } from './testing/with-servers.ts'

// What a change of the source means at the destination: keys that move, rows that come and go, values that are not sent.

const server = withServers(['source', 'destination'])

type Setting = PipelineSetting<'shop' | 'crm'>

const accountTable = 'create table account (id int primary key, name text, email text, note text)'
const contactTable = 'create table contact (id int primary key, name text, email text, note text, hits int default 1)'

const account = {
  from: 'shop',
  key: ['id'],
  columns: { id: 'integer', name: 'text', email: 'text', note: 'text' },
  tables: { account: 'select id, name, email, note from account where id = :id' },
} as const

const contact = {
  of: 'account',
  into: 'crm',
  sql: `insert into contact (id, name, email, note) values (:id, :name, :email, :note)
    on conflict (id) do update set name = excluded.name, email = excluded.email, note = excluded.note, hits = contact.hits + 1`,
  deleteSql: 'delete from contact where id = :id',
  truth: 'select id, name, email, note from account',
  rows: 'select id, name, email, note from contact',
} as const

async function setUpContacts(
  sql: { readonly source?: string; readonly destination?: string } = {},
  own: { readonly contact?: Partial<ConsumerChoices<'shop' | 'crm'>> } = {},
): Promise<Setting> {
  return setUpPipeline({
    databases: {
      shop: { server: server('source'), sql: `${sql.source ?? accountTable}` },
      crm: { server: server('destination'), sql: `${sql.destination ?? contactTable}` },
    },
    publicSchemas: { account },
    consumers: { contact: { ...contact, ...own.contact } },
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

const someAccounts = `insert into account select g, 'name ' || g, 'mail' || g, 'note' from generate_series(1, 50) g`

const oneTransaction: readonly (readonly [string, string])[] = [
  ['a key changed', 'update account set id = 101 where id = 1'],
  ['keys changed in a chain', 'update account set id = 102 where id = 2; update account set id = 103 where id = 102'],
  [
    'a key that moves on as another takes its place',
    'update account set id = 104 where id = 4; update account set id = 4 where id = 5',
  ],
  [
    'keys swapped through a third',
    'update account set id = -1 where id = 6; update account set id = 6 where id = 7; update account set id = 7 where id = -1',
  ],
  ['inserted and deleted', `insert into account values (200, 'a'); delete from account where id = 200`],
  ['deleted and inserted', `delete from account where id = 8; insert into account values (8, 'again')`],
  [
    'inserted, updated and deleted',
    `insert into account values (201, 'a'); update account set name = 'b' where id = 201; delete from account where id = 201`,
  ],
  [
    'deleted, inserted and deleted',
    `delete from account where id = 9; insert into account values (9, 'a'); delete from account where id = 9`,
  ],
  [
    'inserted, deleted and inserted',
    `insert into account values (202, 'a'); delete from account where id = 202; insert into account values (202, 'b')`,
  ],
  [
    'moved to the key of a row that is deleted',
    'delete from account where id = 10; update account set id = 10 where id = 11',
  ],
]

test('keys that change, are swapped, come and go within one transaction', () =>
  withSetting(setUpContacts({ source: `${accountTable}; ${someAccounts}` }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    for (const [what, sql] of oneTransaction) {
      await setting.databases.shop.query(`begin; ${sql}; commit`)
      await setting.arrived(what)
    }
    assert.equal((await engine.caughtUp()).consumers[0]?.deadLetters, 0)
  }))

test('the same in one statement after another, each a transaction, with no time in between', () =>
  withSetting(setUpContacts({ source: `${accountTable}; ${someAccounts}` }), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const client = await setting.databases.shop.session()
    for (const sql of oneTransaction.flatMap(([, all]) => all.split('; '))) await client.query(sql)
    await setting.arrived('all of it')
    assert.equal((await engine.caughtUp()).consumers[0]?.deadLetters, 0)
    await client.close()
  }))

test('account 1 deleted and account 2 inserted with its e-mail, the consumer keyed by e-mail: one row stays', () =>
  withSetting(
    setUpContacts(
      {
        source: `${accountTable}; create unique index on account (email); ${someAccounts}`,
        destination: 'create table contact (id int, name text, email text primary key, note text)',
      },
      {
        contact: {
          sql: `insert into contact (id, name, email, note) values (:id, :name, :email, :note)
            on conflict (email) do update set id = excluded.id, name = excluded.name, note = excluded.note`,
          deleteSql: 'delete from contact where email = :email',
        },
      },
    ),
    async (setting) => {
      await setting.start()
      await setting.arrived('the backfill')
      const { shop } = setting.databases
      await shop.query(
        `begin; delete from account where id = 1; insert into account values (100, 'new', 'mail1'); commit`,
      )
      await setting.arrived('the e-mail at its new account')
      await shop.query(`delete from account where id = 2; insert into account values (101, 'new', 'mail2')`)
      await setting.arrived('the same in two transactions')
      await shop.query(
        `begin; insert into account select g + 1000, 'x', 'other' || g from generate_series(1, 3000) g;
         delete from account where id between 3 and 40;
         insert into account select g + 500, 'moved', 'mail' || g from generate_series(3, 40) g; commit`,
      )
      await setting.arrived('the same among many')
    },
  ))

const wideNote = `(select string_agg(md5(n::text), '') from generate_series(1, 300) n)`

// With a unique index as identity and no primary key, the index columns have to be NOT NULL.
const identities: readonly { readonly identity: string; readonly sql: string }[] = [
  { identity: 'DEFAULT', sql: '' },
  { identity: 'FULL', sql: 'alter table account replica identity full' },
  {
    identity: 'FULL, without a primary key',
    sql: 'alter table account drop constraint account_pkey; alter table account replica identity full',
  },
  {
    identity: 'USING INDEX',
    sql: `alter table account drop constraint account_pkey; alter table account alter email set not null;
      create unique index by_email on account (email); alter table account replica identity using index by_email`,
  },
  {
    identity: 'USING INDEX on the value that is kept out of line',
    sql: `alter table account drop constraint account_pkey; alter table account alter note set not null;
      create unique index by_note on account (id, md5(note)); create unique index by_id on account (id);
      alter table account replica identity using index by_id`,
  },
]

for (const { identity, sql } of identities) {
  test(`a value kept out of line that does not change, under REPLICA IDENTITY ${identity}`, () =>
    withSetting(
      setUpContacts(
        {
          source: `${accountTable}; alter table account alter note set storage external;
          ${someAccounts}; update account set note = ${wideNote} || id; ${sql}`,
        },
        {
          contact: {
            truth: 'select id, name, email, md5(note) from account',
            rows: 'select id, name, email, md5(note) from contact',
          },
        },
      ),
      async (setting) => {
        const engine = await setting.start()
        await setting.arrived('the backfill')
        const { shop, crm } = setting.databases
        for (const change of [
          `update account set name = 'changed' where id <= 5`,
          `update account set email = 'changed' || id where id <= 3`,
          'update account set id = 1001 where id = 1',
          'update account set id = 1002, note = null where id = 2',
          'delete from account where id in (3, 1001)',
          `begin; update account set note = ${wideNote} || 'new' where id = 4; update account set name = 'twice' where id = 4; commit`,
          `begin; delete from account where id = 5; insert into account select 5, 'again', 'again', ${wideNote}; commit`,
        ]) {
          // Where the note is NOT NULL by the identity, it stays.
          await shop.query(sql.includes('alter note set') ? change.replace('note = null', `note = 'short'`) : change)
          await setting.arrived(change.slice(0, 60))
        }
        const [row] = await crm.query('select length(note) as n from contact where id = 6')
        assert.equal(row?.n, 9601)
        assert.equal((await engine.caughtUp()).consumers[0]?.deadLetters, 0)
      },
    ))
}

const partitioned = `${accountTable} partition by range (id)`

const refusedTables: readonly {
  readonly what: string
  readonly sql: string
  readonly state: RegExp
  readonly solution?: RegExp
}[] = [
  {
    what: 'is unlogged',
    sql: accountTable.replace('create table', 'create unlogged table'),
    state: /the table "account" is unlogged, temporary or foreign/,
    solution: /SET LOGGED/,
  },
  {
    what: 'has an unlogged partition',
    sql: `${partitioned}; create table low partition of account for values from (0) to (25);
      create unlogged table high partition of account for values from (25) to (100)`,
    state: /the table "high", which belongs to "account", is unlogged, temporary or foreign/,
    solution: /SET LOGGED/,
  },
  {
    what: 'has a partition with REPLICA IDENTITY NOTHING',
    sql: `${partitioned}; create table low partition of account for values from (0) to (100);
      alter table low replica identity nothing`,
    state: /"low", which belongs to "account", has no replica identity of id/,
  },
  {
    what: 'has no primary key',
    sql: accountTable.replace('primary key', ''),
    state: /"account" has no usable replica identity/,
  },
  {
    what: 'has REPLICA IDENTITY NOTHING',
    sql: `${accountTable}; alter table account replica identity nothing`,
    state: /"account" has no usable replica identity/,
  },
  {
    what: 'has lost the index of its replica identity',
    sql: `create table account (id int not null, name text, email text, note text); create unique index by_id on account (id);
      alter table account replica identity using index by_id; drop index by_id`,
    state: /"account" has no usable replica identity/,
  },
]

for (const { what, sql, state, solution = /REPLICA IDENTITY/ } of refusedTables) {
  test(`a table that ${what} is refused with the reason before anything is created`, () =>
    withSetting(setUpContacts({ source: `${sql}; ${someAccounts}` }), async (setting) => {
      const engine = await setting.start()
      const status = await engine.until('a halted source', ({ sources }) => sources[0]?.state === 'halted')
      const failure = status.sources[0]?.failure
      assert.match(failure?.message ?? '', state)
      assert.match(failure?.solution ?? '', solution)
      const { shop, crm } = setting.databases
      assert.deepEqual(await shop.query('select pubname from pg_publication'), [])
      assert.deepEqual(
        await shop.query('select slot_name from pg_replication_slots where database = current_database()'),
        [],
      )
      assert.deepEqual(await crm.query(`select to_regclass('rejot.consumer_offset') as found`), [{ found: null }])
      // What publishing it would have broken.
      await shop.query(`update account set name = 'still allowed'; delete from account where id = 1`)
    }))
}

const orderTables = `${accountTable};
  create table placed (id int primary key generated always as identity, account_id int references account (id), total int);
  ${someAccounts}; insert into placed (account_id, total) select (g % 20) + 1, g from generate_series(1, 100) g`

/** Two public schemas over tables with a foreign key between them at the source. */
function setUpOrders(): Promise<Setting> {
  return setUpPipeline({
    databases: {
      shop: { server: server('source'), sql: orderTables },
      crm: {
        server: server('destination'),
        sql: `${contactTable}; create table ordered (id int primary key, account_id int, total int);
          create table spent (account_id int primary key, orders int, total int)`,
      },
    },
    publicSchemas: {
      account,
      placed: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', account_id: 'integer', total: 'integer' },
        tables: { placed: 'select id, account_id, total from placed where id = :id' },
      },
      spent: {
        from: 'shop',
        key: ['account_id'],
        columns: { account_id: 'integer', orders: 'integer', total: 'integer' },
        tables: {
          placed: `select account_id, count(*)::int as orders, sum(total)::int as total from placed where account_id = :account_id group by account_id`,
        },
      },
    },
    consumers: {
      contact,
      ordered: {
        of: 'placed',
        into: 'crm',
        sql: 'insert into ordered values (:id, :account_id, :total) on conflict (id) do update set account_id = excluded.account_id, total = excluded.total',
        deleteSql: 'delete from ordered where id = :id',
        truth: 'select id, account_id, total from placed',
        rows: 'select id, account_id, total from ordered',
      },
      spent: {
        of: 'spent',
        into: 'crm',
        sql: 'insert into spent values (:account_id, :orders, :total) on conflict (account_id) do update set orders = excluded.orders, total = excluded.total',
        deleteSql: 'delete from spent where account_id = :account_id',
        truth:
          'select account_id, count(*)::int as orders, sum(total)::int as total from placed where account_id is not null group by account_id',
        rows: 'select account_id, orders, total from spent',
      },
    },
  })
}

test('TRUNCATE, CASCADE and RESTART IDENTITY become deletes; a child that moves publishes both parents', () =>
  withSetting(setUpOrders(), async (setting) => {
    const engine = await setting.start()
    await setting.arrived('the backfill')
    const { shop } = setting.databases
    const place = 'insert into placed (account_id, total) select 1 + g % 7, g from generate_series(1, 30) g'
    for (const sql of [
      'update placed set account_id = 3 where account_id = 2',
      'update placed set account_id = null where account_id = 4',
      'update placed set account_id = 5 where id in (select id from placed where account_id = 6 limit 1)',
      'delete from placed where account_id = 7',
      'truncate placed',
      place,
      `begin; truncate placed restart identity; ${place}; commit`,
      `begin; ${place}; truncate placed; commit`,
      'truncate placed restart identity',
      place,
      'truncate account cascade',
      `begin; ${someAccounts}; ${place}; commit`,
      `begin; truncate account restart identity cascade; ${someAccounts}; commit`,
    ]) {
      await shop.query(sql)
      await setting.arrived(sql.slice(0, 80))
    }
    const { consumers } = await engine.caughtUp()
    assert.deepEqual(
      consumers.map(({ deadLetters }) => deadLetters),
      [0, 0, 0],
    )
  }))

test('a row that leaves the WHERE is deleted; three rows that become one are two deletes', () =>
  withSetting(
    setUpPipeline({
      databases: {
        shop: {
          server: server('source'),
          sql: `create table account (id int primary key, tags text[], active boolean);
            insert into account select g, array['a', 'b', 'c'], true from generate_series(1, 20) g`,
        },
        crm: {
          server: server('destination'),
          sql: 'create table tagged (id int, tag text, place int, primary key (id, tag))',
        },
      },
      publicSchemas: {
        tag: {
          from: 'shop',
          key: ['id', 'tag'],
          columns: { id: 'integer', tag: 'text', place: 'integer' },
          tables: {
            account: `select a.id, t.tag, t.place::int from account a, unnest(a.tags) with ordinality t(tag, place) where a.id = :id and a.active`,
          },
        },
      },
      consumers: {
        tagged: {
          of: 'tag',
          into: 'crm',
          sql: 'insert into tagged values (:id, :tag, :place) on conflict (id, tag) do update set place = excluded.place',
          deleteSql: 'delete from tagged where id = :id and tag = :tag',
          truth: `select a.id || t.tag as row, t.place::int from account a, unnest(a.tags) with ordinality t(tag, place) where a.active`,
          rows: 'select id || tag as row, place from tagged',
        },
      },
    }),
    async (setting) => {
      const engine = await setting.start()
      await setting.arrived('the backfill')
      const stored = (await engine.caughtUp()).store.events
      const { shop } = setting.databases
      await shop.query(`update account set tags = array['a'] where id = 1`)
      await setting.arrived('three that became one')
      assert.equal((await engine.caughtUp()).store.events - stored, 2)
      for (const sql of [
        `update account set tags = array['c', 'a', 'd'] where id in (1, 2)`,
        'update account set active = false where id between 3 and 6',
        `update account set active = true, tags = array['z'] where id = 4`,
        'update account set id = id + 100 where id between 7 and 9',
        'begin; update account set active = false where id = 10; delete from account where id = 10; commit',
        `begin; update account set tags = '{}' where id = 11; update account set tags = array['a', 'b', 'c'] where id = 11; commit`,
        'delete from account',
      ]) {
        await shop.query(sql)
        await setting.arrived(sql.slice(0, 60))
      }
    },
  ))

const summaryOf = (condition: string): string =>
  `select a.id, array_agg(e.address order by e.id) filter (where e.id is not null) as addresses
     from account a left join email e on e.account_id = a.id where a.id = ${condition} and a.active group by a.id`

test('a row that gave nothing while its parent was kept out counts once the parent is let in, when it moves and when it goes', () =>
  withSetting(
    setUpPipeline({
      databases: {
        shop: {
          server: server('source'),
          sql: `create table account (id int primary key, active boolean not null);
            create table email (id int primary key, account_id int not null, address text not null);
            insert into account select g, g % 2 = 0 from generate_series(1, 8) g;
            insert into email select 100 + g, g, 'copied ' || g from generate_series(1, 8) g`,
        },
        crm: { server: server('destination'), sql: 'create table summary (id int primary key, addresses text[])' },
      },
      publicSchemas: {
        summary: {
          from: 'shop',
          key: ['id'],
          columns: { id: 'integer', addresses: 'text[]' },
          tables: { account: summaryOf(':id'), email: summaryOf(':account_id') },
        },
      },
      consumers: {
        summary: {
          of: 'summary',
          into: 'crm',
          sql: 'insert into summary values (:id, :addresses) on conflict (id) do update set addresses = excluded.addresses',
          deleteSql: 'delete from summary where id = :id',
          truth: `select a.id, array_agg(e.address order by e.id) filter (where e.id is not null) as addresses
            from account a left join email e on e.account_id = a.id where a.active group by a.id`,
          rows: 'select id, addresses from summary',
        },
      },
    }),
    async (setting) => {
      const engine = await setting.start()
      await setting.arrived('the backfill')
      const { shop } = setting.databases
      for (const sql of [
        `insert into email values (1, 1, 'one'), (3, 3, 'three'), (5, 5, 'five')`,
        'update account set active = true',
        'delete from email where id in (1, 101)',
        'update email set account_id = 4 where id in (3, 103)',
        'update email set id = id + 1000 where id in (5, 105)',
        'delete from email where id > 1000',
      ]) {
        await shop.query(sql)
        // An epoch each: within one, all of it would be looked up at its end.
        await engine.caughtUp()
        await setting.arrived(sql)
      }
    },
  ))
