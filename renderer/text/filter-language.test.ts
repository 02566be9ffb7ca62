import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseFilter, parseSpan, quoteValue, removeToken, setToken, splitFilter, valuesOf } from './filter-language.ts'

const surroundings = {
  now: 1_000_000_000,
  schemas: [
    { id: 'shop/orders@1', name: 'orders' },
    { id: 'shop/orders@2', name: 'orders' },
    { id: 'shop/order-lines@1', name: 'order-lines' },
    { id: 'crm/two words@1', name: 'two words' },
  ],
}
const filterOf = (text: string) => parseFilter(text, surroundings).filter
const problemsOf = (text: string) => parseFilter(text, surroundings).problems.map(({ message }) => message)

test('an empty filter lets everything through', () => {
  assert.deepEqual(filterOf('  '), {})
})

test('all parts are read', () => {
  assert.deepEqual(filterOf('schema:order-lines op:update,delete key:42 since:10m until:1m text:"foo bar"'), {
    schemas: ['shop/order-lines@1'],
    operations: ['update', 'delete'],
    key: '42',
    since: 1_000_000_000 - 600_000,
    until: 1_000_000_000 - 60_000,
    text: 'foo bar',
  })
})

test('a name means every major version of it, an id only one', () => {
  assert.deepEqual(filterOf('schema:orders').schemas, ['shop/orders@1', 'shop/orders@2'])
  assert.deepEqual(filterOf('schema:shop/orders@2').schemas, ['shop/orders@2'])
})

test('repeated parts add up, and nothing stands twice', () => {
  assert.deepEqual(filterOf('schema:orders schema:order-lines,orders').schemas, [
    'shop/orders@1',
    'shop/orders@2',
    'shop/order-lines@1',
  ])
})

test('quotes keep spaces, commas and quotes', () => {
  assert.deepEqual(filterOf('schema:"two words"').schemas, ['crm/two words@1'])
  assert.equal(filterOf('key:"a,b c"').key, 'a,b c')
  assert.equal(filterOf('text:"say \\"hi\\""').text, 'say "hi"')
  assert.equal(filterOf('text:"not closed').text, 'not closed')
})

test('a bare word, also one with a colon in quotes, is looked for in the text', () => {
  assert.equal(filterOf('hello world').text, 'hello world')
  assert.equal(filterOf('"a:b"').text, 'a:b')
})

test('what is not understood is said and hides nothing', () => {
  assert.deepEqual(filterOf('colour:red op:merge schema:nothing since:yesterday'), {})
  assert.deepEqual(problemsOf('colour:red op:merge schema:nothing since:yesterday key:'), [
    'There is no filter “colour”; there are schema, op, key, text, since, until',
    'op: is insert, update or delete, not merge',
    'No public schema is named nothing',
    'since: is a span such as 10m, 2h, 1d, or a time such as 2026-11-21T14:03',
    'key: needs a value',
  ])
})

test('a time may be written out', () => {
  assert.equal(filterOf('since:2026-11-21T14:03:00Z').since, Date.UTC(2026, 10, 21, 14, 3))
})

test('spans', () => {
  assert.deepEqual(['500ms', '10s', '1.5h', '2d', '10', 'm', '10w'].map(parseSpan), [
    500,
    10_000,
    5_400_000,
    172_800_000,
    undefined,
    undefined,
    undefined,
  ])
})

test('tokens know where they stand', () => {
  const text = '  op:update  "x y" '
  assert.deepEqual(
    splitFilter(text).map(({ from, to }) => text.slice(from, to)),
    ['op:update', '"x y"'],
  )
})

test('a token is taken out and put in', () => {
  const [first] = splitFilter('op:update key:1')
  assert.ok(first)
  assert.equal(removeToken('op:update key:1', first), 'key:1')
  assert.equal(setToken('op:update since:1h', 'since', '5m'), 'op:update since:5m')
  assert.equal(setToken('op:update since:1h', 'since', undefined), 'op:update')
})

test('a quoted value is read back as it was', () => {
  for (const value of ['plain', 'two words', 'a,b', 'say "hi"', 'back\\slash and space'])
    assert.deepEqual(valuesOf(quoteValue(value)), [value])
})
