import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnOrigins } from './column-origins.ts'

const cases: readonly (readonly [sql: string, origins: Readonly<Record<string, readonly string[]>>])[] = [
  [
    'select a.id, first_name as name from account a where a.id = :id',
    { id: ['account.id'], name: ['account.first_name'] },
  ],
  [
    `select a.first || ' ' || a.last as name, upper(b.city) from sales.account a join "Town" b on b.id = a.town where a.id = :id`,
    { name: ['sales.account.first', 'sales.account.last'], upper: ['"Town".city'] },
  ],
  [
    `select a.id, (select array_agg(e.email order by e.place) filter (where e.ok) from account_emails e where e.account_id = a.id) as emails
     from account a where a.id = :id`,
    { id: ['account.id'], emails: ['account_emails.email'] },
  ],
  [
    'select (select count(*) from visit v where v.account_id = a.id) as visits, exists (select 1 from ban) as banned from account a',
    { visits: ['visit.*'], banned: ['ban.*'] },
  ],
  [
    'with recent as (select o.account_id, sum(o.total) as spent from orders o group by 1) select a.id, r.spent from account a join recent r on r.account_id = a.id',
    { id: ['account.id'], spent: ['orders.total'] },
  ],
  ['with x as (select id, n from t), y as (select x.n + 1 as m from x) select y.m from y', { m: ['t.n'] }],
  ['select s.n from account a cross join lateral (select a.name as n from other) s', { n: ['account.name'] }],
  ['select id from account a, town b', { id: [] }],
  ['select a.*, b.id from account a, town b', { id: ['town.id'] }],
  ['select id from account union all select id from former', { id: ['account.id'] }],
  ['select 1 as one', { one: [] }],
]

for (const [sql, origins] of cases) {
  test(`origins of the output of: ${sql.replaceAll(/\s+/g, ' ')}`, () => {
    assert.deepEqual(Object.fromEntries(columnOrigins(sql).map(({ column, from }) => [column, from])), origins)
  })
}
