import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatSql, offsetOfSame } from './format-sql.ts'

test('lines and spaces are put in order, and a second time changes nothing', () => {
  const formatted = formatSql(`select a.id,  count( p.id )as purchases -- all of them
 from account a left join purchase p on p.account_id=a.id where a.id=:id and a.plan <>$1 group by a.id`)
  assert.equal(
    formatted,
    `select
  a.id,
  count(p.id) as purchases -- all of them
from
  account a
  left join purchase p on p.account_id = a.id
where
  a.id = :id
  and a.plan <> $1
group by
  a.id`,
  )
  assert.equal(formatSql(formatted), formatted)
})

const kept: readonly (readonly [what: string, part: string])[] = [
  ['a placeholder', ':id'],
  ['a placeholder with a cast', ':ids::int[]'],
  ['a placeholder in double quotes', ':"firstName"'],
  ['one with quotes in its quotes', ':"a ""b"'],
  ['a column by its number', '$12'],
  ['a quoted name', '"Weird  ""name"'],
  ['a string', "'it''s  :id'"],
  ['an escaped string', String.raw`E'it\'s  :id'`],
  ['a dollar quote', '$body$ -- :id  $body$'],
  ['a block comment', '/* why :id */'],
  ['a path in JSON', `doc #>> '{a,b}'`],
  ['a distance', 'a <-> b'],
  ['a containment', `tags @> '{x}'`],
  ['a slice', 'a[1:2]'],
  ['the case of a name', 'SomeName'],
]
for (const [what, part] of kept) {
  test(`${what} stays as it is`, () => {
    const formatted = formatSql(`select 1,${part}   from t where x=:id`)
    assert.ok(formatted?.includes(part), formatted)
  })
}

test('statements of a consumer are formatted too', () => {
  const formatted = formatSql(`insert into account(id,"firstName") values(:id,:"firstName")
on conflict(id) do update set "firstName"=excluded."firstName"`)
  assert.match(formatted ?? '', /\(:id, :"firstName"\)\non conflict \(id\) do update\nset\n {2}"firstName" = excluded/)
})

test('what cannot be read, or would not say the same, is left alone', () => {
  assert.equal(formatSql('select (1 from t'), undefined)
  assert.equal(formatSql("select 'a from t"), undefined)
  // On one line the server refuses two strings in a row.
  assert.equal(formatSql("select 'a'\n'b' from t"), undefined)
})

test('the cursor stays at its word', () => {
  const sql = 'select a.id,a.plan from account a'
  const formatted = formatSql(sql) ?? ''
  for (const word of ['a.plan', 'from', 'account', 'elect'])
    assert.equal(offsetOfSame(sql, sql.indexOf(word), formatted), formatted.indexOf(word))
  assert.equal(offsetOfSame(sql, sql.length, formatted), formatted.length)
})
