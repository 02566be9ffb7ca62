import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsumerChoices, type PipelineSetting, setUpPipeline } from './testing/pipeline-setting.ts'
import { waitFor } from './testing/wait-for.ts'
import { withServers } from './testing/with-servers.ts'

// Values that only one row may have, and that move between rows: whatever order the source found, the destination finds.

const server = withServers(['source', 'destination'])

type Setting = PipelineSetting<'shop' | 'crm'>

const contact: ConsumerChoices<'shop' | 'crm'> = {
  of: 'account',
  into: 'crm',
  sql: 'insert into contact (id, email, place) values (:id, :email, :place) on conflict (id) do update set email = excluded.email, place = excluded.place',
  deleteSql: 'delete from contact where id = :id',
  truth: 'select id, email, place from account',
  rows: 'select id, email, place from contact',
}

/** At the source unique values wait for the end of the transaction, so that one statement can swap them. */
function setUpContacts(
  contactTable: string,
  consumer: Partial<ConsumerChoices<'shop' | 'crm'>> = {},
): Promise<Setting> {
  return setUpPipeline({
    databases: {
      shop: {
        server: server('source'),
        sql: `create table account (id int primary key, email text not null unique deferrable initially deferred, place int not null unique deferrable initially deferred);
          insert into account select g, 'mail' || g, g from generate_series(1, 500) g`,
      },
      crm: { server: server('destination'), sql: contactTable },
    },
    publicSchemas: {
      account: {
        from: 'shop',
        key: ['id'],
        columns: { id: 'integer', email: 'text', place: 'integer' },
        tables: { account: 'select id, email, place from account where id = :id' },
      },
    },
    consumers: { contact: { ...contact, ...consumer } },
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

const uniqueTable = 'create table contact (id int primary key, email text not null unique, place int not null unique)'

const movements: readonly (readonly [what: string, sql: string])[] = [
  ['two swapped', `update account set email = case id when 1 then 'mail2' else 'mail1' end where id in (1, 2)`],
  [
    'swapped through a third value',
    `update account set email = 'x' where id = 3; update account set email = 'mail3' where id = 4; update account set email = 'mail4' where id = 3`,
  ],
  [
    'a ring of three',
    `update account set place = case id when 5 then 6 when 6 then 7 else 5 end where id in (5, 6, 7)`,
  ],
  ['all shifted up', 'update account set place = place + 1'],
  ['all shifted down', 'update account set place = place - 1'],
  ['all turned round', 'update account set place = 501 - place'],
  [
    'swapped among many others',
    `update account set email = 'mail' || (101 - id) where id <= 100; insert into account select g, 'mail' || g, g from generate_series(501, 1500) g`,
  ],
  [
    'let go by one that is deleted',
    `delete from account where email = 'mail20'; insert into account values (2000, 'mail20', 2000)`,
  ],
]

const destinations: readonly { readonly what: string; readonly table: string; readonly sql?: string }[] = [
  { what: 'a plain table', table: uniqueTable },
  {
    what: 'children whose foreign key does nothing by itself, so that rows cannot be deleted, and a constraint that can wait',
    table: `create table contact (id int primary key, email text not null unique deferrable, place int not null unique deferrable);
      create table child (contact_id int references contact (id) deferrable); insert into contact values (1, 'mail1', 1); insert into child values (1)`,
  },
  {
    what: 'a cascading foreign key, and a constraint that can wait',
    table: `create table contact (id int primary key, email text not null unique deferrable, place int not null unique deferrable);
      create table child (contact_id int references contact (id) on delete cascade); insert into contact values (1, 'mail1', 1); insert into child values (1)`,
  },
  {
    what: 'a statement of another form, and a constraint that can wait',
    table: uniqueTable.replaceAll('unique', 'unique deferrable'),
    sql: `with given as (select :id::int as id, :email as email, :place::int as place) insert into contact select * from given on conflict (id) do update set email = excluded.email, place = excluded.place`,
  },
]

for (const { what, table, sql } of destinations) {
  test(`unique values that move between rows arrive at ${what}`, () =>
    withSetting(setUpContacts(table, sql === undefined ? {} : { sql }), async (setting) => {
      const engine = await setting.start()
      await setting.arrived('the first copy')
      for (const [movement, change] of movements) {
        await setting.databases.shop.query(`begin; ${change}; commit`)
        await setting.arrived(movement)
      }
      assert.equal((await engine.caughtUp()).consumers[0]?.deadLetters, 0)
      if (!table.includes('child')) return
      assert.equal((await setting.databases.crm.query('select from child')).length, 1)
    }))
}

const kept: readonly {
  readonly what: string
  readonly table: string
  readonly consumer?: Partial<ConsumerChoices<'shop' | 'crm'>>
}[] = [
  {
    what: 'would take children with them',
    table: `${uniqueTable}; create table child (contact_id int references contact (id) on delete cascade);
      insert into contact values (1, 'mail1', 1); insert into child values (1)`,
  },
  {
    what: 'hold a value of the destination’s own',
    table: `create table contact (id int primary key, email text not null unique, place int not null unique, own text default 'own')`,
  },
  {
    what: 'would set off a trigger',
    table: `${uniqueTable}; create function note() returns trigger language plpgsql as 'begin return old; end';
      create trigger note after delete on contact for each row execute function note()`,
  },
  {
    what: 'count their changes',
    table: `create table contact (id int primary key, email text not null unique, place int not null unique, hits int)`,
    consumer: {
      sql: 'insert into contact values (:id, :email, :place, 1) on conflict (id) do update set email = excluded.email, place = excluded.place, hits = contact.hits + 1',
    },
  },
]

for (const { what, table, consumer } of kept) {
  test(`rows that ${what} are not deleted to swap their values: dead letters say so, and others go on`, () =>
    withSetting(setUpContacts(table, consumer), async (setting) => {
      const engine = await setting.start()
      await setting.arrived('the first copy')
      const { shop, crm } = setting.databases
      const before = await crm.query('select * from contact where id <= 2 order by id')
      await shop.query(
        `begin; update account set email = case id when 1 then 'mail2' else 'mail1' end where id in (1, 2); update account set email = 'new' where id = 3; commit`,
      )
      await engine.until('two dead letters', ({ consumers }) => consumers[0]?.deadLetters === 2)
      await waitFor(() => crm.query('select email from contact where id = 3'), {
        what: 'the row beside them',
        until: ([row]) => row?.email === 'new',
      })
      assert.deepEqual(await crm.query('select * from contact where id <= 2 order by id'), before)
      if (table.includes('child')) assert.equal((await crm.query('select from child')).length, 1)
    }))
}
