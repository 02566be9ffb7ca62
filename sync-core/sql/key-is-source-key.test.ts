import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyIsSourceKey, type SourceKeyQuestion } from './key-is-source-key.ts'

const account: SourceKeyQuestion = {
  sql: 'select a.id, a.name from account a where a.id = :id',
  table: 'account',
  identity: ['id'],
  key: ['id'],
}
const line: SourceKeyQuestion = {
  sql: 'select l.no as "lineNo", l.order_id as "orderId" from line l where l.order_id = :order_id and l.no = :no',
  table: 'line',
  identity: ['order_id', 'no'],
  key: ['lineNo', 'orderId'],
}

const answers: readonly (readonly [
  what: string,
  question: SourceKeyQuestion,
  answer: readonly number[] | undefined,
])[] = [
  ['the table itself', account, [0]],
  ['another order of a composite key', line, [1, 0]],
  ['a schema said on one side', { ...account, table: 'public.account' }, [0]],
  [
    'quoted names',
    { ...account, table: '"Acc"', sql: 'select "Id" from "Acc" where "Id" = :Id', identity: ['Id'], key: ['Id'] },
    [0],
  ],
  ['a star', { ...account, sql: 'select * from account where id = :id' }, [0]],
  ['$n with the columns known', { ...account, sql: 'select id from account where id = $2', columns: ['x', 'id'] }, [0]],
  [
    '$n of another column',
    { ...account, sql: 'select id from account where id = $1', columns: ['x', 'id'] },
    undefined,
  ],
  ['$n without the columns', { ...account, sql: 'select id from account where id = $1' }, undefined],
  [
    'an aggregate',
    {
      ...account,
      sql: 'select a.id, count(e.*) from account a left join e on e.a = a.id where a.id = :id group by a.id',
    },
    [0],
  ],
  [
    'another column of the changed row',
    {
      ...account,
      table: 'account_emails',
      sql: 'select a.id from account a join account_emails e on e.account_id = a.id where a.id = :account_id',
    },
    undefined,
  ],
  [
    'the identity of another table',
    {
      ...account,
      table: 'profile',
      identity: ['account_id'],
      sql: 'select a.id from account a where a.id = :account_id',
    },
    undefined,
  ],
  [
    'the same name in another schema',
    { ...account, table: 'sales.account', sql: 'select id from public.account where id = :id' },
    undefined,
  ],
  ['a part of the identity', { ...line, key: ['orderId'] }, undefined],
  [
    'one identity column twice',
    { ...line, sql: 'select l.no as "lineNo", l.no as "orderId" from line l where l.no = :no' },
    undefined,
  ],
  ['more key than identity', { ...account, key: ['id', 'name'] }, undefined],
  ['no identity', { ...account, identity: [], key: [] }, undefined],
  ['a cast', { ...account, sql: 'select a.id from account a where a.id = :id::varchar(3)' }, undefined],
  ['a computed output', { ...account, sql: 'select lower(a.id) as id from account a where a.id = :id' }, undefined],
  [
    'columns crossed',
    {
      ...line,
      sql: 'select l.no as "lineNo", l.order_id as "orderId" from line l where l.order_id = :no and l.no = :order_id',
    },
    undefined,
  ],
  [
    'a CTE of that name',
    {
      ...account,
      sql: 'with account as (select lower(id) as id from other) select a.id from account a where a.id = :id',
    },
    undefined,
  ],
  ['renamed columns', { ...account, sql: 'select a.id from account a(name, id) where a.id = :id' }, undefined],
  ['a set operation', { ...account, sql: 'select id from account where id = :id union select 1' }, undefined],
]

for (const [what, question, answer] of answers) {
  test(`whether the key is the source key: ${what}`, () => assert.deepEqual(keyIsSourceKey(question), answer))
}
