import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDatabase } from '../testing/test-database.ts'
import { withServers } from '../testing/with-servers.ts'
import { payloadSql } from './payload-sql.ts'
import { arrayLiteral, quoteIdentifier, quoteLiteral } from './quote.ts'

const server = withServers(['source'])

const texts = [
  '',
  ' ',
  "o'clock",
  'a"b',
  'back\\slash',
  'null',
  'NULL',
  '{a,b}',
  'a,b',
  "\\'; drop table x; --",
  '😀',
  '\n',
]

test('texts come back from the server as they were, as literals, in arrays and as names', async () => {
  const database = await createDatabase(server('source'))
  try {
    const literals = await database.query(`select array[${texts.map(quoteLiteral).join(', ')}] as texts`)
    assert.deepEqual(literals, [{ texts }])
    const withNull = [...texts, null]
    assert.deepEqual(await database.query('select $1::text[] as texts', [arrayLiteral(withNull)]), [
      { texts: withNull },
    ])
    const named = texts.filter((text) => text !== '')
    const list = named.map((text, place) => `${place} as ${quoteIdentifier(text)}`).join(', ')
    const [row = {}] = await database.query(`select ${list}`)
    assert.deepEqual(Object.keys(row), named)
  } finally {
    await database.drop()
  }
})

const values: readonly (readonly [type: string, text: string])[] = [
  ['numeric', 'NaN'],
  ['numeric', '12345678901234567890.12345678901234567890'],
  ['double precision', 'Infinity'],
  ['double precision', '-0'],
  ['bigint', '9223372036854775807'],
  ['date', 'infinity'],
  ['date', '0044-03-15 BC'],
  ['timestamp with time zone', '-infinity'],
  ['timestamp without time zone', '294276-12-31 23:59:59.999999'],
  ['integer[]', '[0:1]={1,2}'],
  ['integer[]', '{{1,2},{3,4}}'],
  ['integer[]', '{}'],
  ['text[]', '{a,NULL,"NULL","b\\"c"}'],
  ['json', '{"a":1,"a":1234567890123456789012345678901234567890}'],
  ['jsonb', '"text"'],
  ['bytea', '\\x00ff'],
  ['interval', '1 mon -2 days +03:00:00'],
  ['text', 'é😀"\\'],
]

test('tricky values come back through a payload as they were', async () => {
  const database = await createDatabase(server('source'))
  try {
    for (const [type, text] of values) {
      const payload = payloadSql('__rejot_q', [{ name: 'v', type }])
      const [made] = await database.query(
        `select ${payload} as payload from (select $1::text::${type} as v) __rejot_q`,
        [text],
      )
      // json is carried as its own text, as the destination reads it.
      const carried = type === 'json' || type === 'jsonb' ? 'text' : type
      const [row] = await database.query(
        `select x.v::${carried}::text as back, ($2::text::${type})::text as wanted from json_to_record($1::json) as x(v ${carried})`,
        [made?.payload, text],
      )
      assert.equal(row?.back, row?.wanted, `${type} ${text}`)
    }
  } finally {
    await database.drop()
  }
})
