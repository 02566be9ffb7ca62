import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConsumerChoices, setUpPipeline } from './testing/pipeline-setting.ts'
import { withServers } from './testing/with-servers.ts'

// A destination that deletes more than it was told: what moves away before is not to go with it.

const server = withServers(['source', 'destination'])

const tables = `create table account (id int primary key, parent int references account (id) on delete cascade);
  create table placed (id int primary key, parent int references account (id) on delete cascade);
  create table item (id int primary key, parent int references placed (id) on delete cascade);`

function copied(table: string): ConsumerChoices<'shop' | 'crm'> {
  return {
    of: table,
    into: 'crm',
    sql: `insert into ${table} (id, parent) values (:id, :parent) on conflict (id) do update set parent = excluded.parent`,
    deleteSql: `delete from ${table} where id = :id`,
    truth: `select id, parent from ${table}`,
    rows: `select id, parent from ${table}`,
  }
}

test('rows that move away from a parent that is deleted keep their own children, in whatever order consumers come', async () => {
  const published = (table: string) => ({
    from: 'shop' as const,
    key: ['id'],
    columns: { id: 'integer', parent: 'integer' },
    tables: { [table]: `select id, parent from ${table} where id = :id` },
  })
  const setting = await setUpPipeline<'shop' | 'crm'>({
    databases: {
      shop: {
        server: server('source'),
        sql: `${tables} insert into account select g, null from generate_series(1, 20) g; update account set parent = id - 10 where id > 10;
          insert into placed select g, g from generate_series(1, 20) g; insert into item select g, (g % 20) + 1 from generate_series(1, 60) g`,
      },
      crm: { server: server('destination'), sql: tables },
    },
    publicSchemas: { account: published('account'), placed: published('placed'), item: published('item') },
    // Parents come before children in one half of these names and after them in the other.
    consumers: { 'a-account': copied('account'), 'b-item': copied('item'), 'c-placed': copied('placed') },
  })
  const { shop } = setting.databases
  try {
    const engine = await setting.start()
    await setting.arrived('the first copy')
    await engine.caughtUp()
    for (const sql of [
      'update placed set parent = 2 where parent = 1; update account set parent = 2 where parent = 1; delete from account where id = 1',
      'insert into account values (100, null); update placed set parent = 100 where parent = 2; update account set parent = 100 where parent = 2; delete from account where id = 2',
      'update item set parent = 4 where parent = 3; delete from placed where id = 3',
      'delete from account where id = 4; insert into account values (4, null); insert into placed values (4, 4)',
      'delete from account where id in (5, 15)',
    ]) {
      await shop.query(`begin; ${sql}; commit`)
      await setting.arrived(sql)
    }
    const { consumers } = await engine.caughtUp()
    assert.ok(consumers.every(({ deadLetters, held }) => deadLetters === 0 && held === 0))
  } finally {
    await setting.dispose()
  }
})
