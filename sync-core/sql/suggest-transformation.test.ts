import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkPublicSql } from './check-public-sql.ts'
import { suggestTransformation } from './suggest-transformation.ts'
import { readTableName } from './table-name.ts'

interface Case {
  readonly what: string
  readonly sql: string
  readonly table: string
  readonly cure: string | undefined
}

const cases: readonly Case[] = [
  {
    what: 'a joined table',
    sql: 'select a.id, array_agg(e.email) as emails from account a left join account_emails e on e.account_id = a.id where a.id = :id group by a.id',
    table: 'account_emails',
    cure: 'select a.id, array_agg(e.email) as emails from account a left join account_emails e on e.account_id = a.id where a.id = :account_id group by a.id',
  },
  {
    what: 'a table of a subquery, the equality the other way',
    sql: 'select a.id, (select max(o.at) from orders o where a.id = o.account_id) as last from account a where :id = a.id;',
    table: 'orders',
    cure: 'select a.id, (select max(o.at) from orders o where a.id = o.account_id) as last from account a where :account_id = a.id',
  },
  {
    what: 'a table behind another one',
    sql: 'select a.id, sum(l.price) as total from account a join "order" o on o.account_id = a.id join line l on l.order_id = o.id where a.id = :id group by a.id',
    table: 'line',
    cure: 'select a.id, sum(l.price) as total from account a join "order" o on o.account_id = a.id join line l on l.order_id = o.id where a.id = any (array(select o.account_id from "order" o where o.id = :order_id)) group by a.id',
  },
  {
    what: 'a table that the row refers to',
    sql: 'select a.id, c.name from account a join country c on c.code = a.country where a.id = :id',
    table: 'country',
    cure: 'select a.id, c.name from account a join country c on c.code = a.country where a.id = any (array(select a.id from account a where a.country = :code))',
  },
  {
    what: 'two columns of the key',
    sql: 'select a.org, a.id, e.mail from shop.account a join shop.mail e on e.org = a.org and e.account = a.id where a.org = :org and a.id = :id',
    table: 'shop.mail',
    cure: 'select a.org, a.id, e.mail from shop.account a join shop.mail e on e.org = a.org and e.account = a.id where a.org = :org and a.id = :account',
  },
  {
    what: 'a join that is no plain equality',
    sql: 'select a.id, r.rate from account a join rates r on r.since < a.at where a.id = :id',
    table: 'rates',
    cure: undefined,
  },
]

for (const { what, sql, table, cure } of cases) {
  test(`a transformation that would listen to ${what}`, () => {
    const name = readTableName(table)
    assert.ok(name)
    const suggested = suggestTransformation(sql, name)
    assert.deepEqual(suggested, cure === undefined ? undefined : { table, sql: cure })
    if (suggested !== undefined) assert.deepEqual(checkPublicSql(suggested.sql), [])
  })
}
