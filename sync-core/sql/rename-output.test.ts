import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renameOutput } from './rename-output.ts'

const cases: readonly (readonly [sql: string, from: string, to: string, renamed: string | undefined])[] = [
  ['select a.id, a.name from a', 'name', 'title', 'select a.id, a.name as title from a'],
  ['select a.id as key, a.name from a', 'key', 'id', 'select a.id as id, a.name from a'],
  ['select a.id key from a', 'key', 'Key', 'select a.id "Key" from a'],
  [
    'select id, (select count(*) from b where b.a = a.id) as number -- so many\nfrom a',
    'number',
    'total',
    'select id, (select count(*) from b where b.a = a.id) as total -- so many\nfrom a',
  ],
  [
    'select a[1], coalesce(b, \'from\') from a where "a" = :id',
    'coalesce',
    'b',
    'select a[1], coalesce(b, \'from\') as b from a where "a" = :id',
  ],
  [
    'with x as (select 1 as id) select x.id from x',
    'id',
    'key',
    'with x as (select 1 as id) select x.id as key from x',
  ],
  ['select distinct on (id) id, b from a', 'id', 'key', 'select distinct on (id) id as key, b from a'],
  ['select 1 as one', 'one', 'first', 'select 1 as first'],
  ['select ä.größe from ä', 'größe', 'size', 'select ä.größe as size from ä'],
  ['select * from a', 'id', 'key', undefined],
  ['select id from a union select id from b', 'id', 'key', undefined],
  ['select id, b.id from a, b', 'id', 'key', undefined],
  ['select id from a', 'other', 'key', undefined],
  ['select id fro a b c', 'id', 'key', undefined],
]

for (const [sql, from, to, renamed] of cases) {
  test(`${from} becomes ${to} in: ${sql}`, () => assert.equal(renameOutput(sql, from, to), renamed))
}
