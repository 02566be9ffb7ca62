import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TableRow } from '../../../main/contract/catalogue.ts'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { identityFault, publishedBy, searchTables } from './search-tables.ts'

const table = (schema: string, name: string, more: Partial<TableRow> = {}): TableRow => ({
  oid: 1,
  schema,
  name,
  kind: 'table',
  columns: 2,
  primaryKey: ['id'],
  replicaIdentity: 'primary key',
  readable: true,
  ...more,
})

const lists = [
  { connection: 'a/shop', tables: [table('public', 'account'), table('sales', 'Account_Line')] },
  { connection: 'b/crm', tables: [table('public', 'contact')] },
]

const texts: readonly (readonly [text: string, found: readonly string[]])[] = [
  ['', ['account', 'Account_Line', 'contact']],
  ['ACC', ['account', 'Account_Line']],
  ['sales line', ['Account_Line']],
  ['public.acc', ['account']],
  ['nope', []],
]
for (const [text, found] of texts) {
  test(`tables like "${text}"`, () =>
    assert.deepEqual(
      searchTables(lists, text).map((each) => each.table.name),
      found,
    ))
}

test('5,000 tables are searched in no time that one would notice', () => {
  const tables = Array.from({ length: 5_000 }, (_, place) => table('public', `t_${place}`))
  assert.equal(searchTables([{ connection: 'a/b', tables }], '_49').length, 111)
})

const schema = (source: string, ...tables: readonly string[]): PublicSchemaView => ({
  id: tables.join(),
  name: tables.join(),
  manifest: 'a',
  version: '1.0',
  source,
  tags: [],
  key: [],
  columns: [],
  transformations: [],
  tables: tables.map((name) => ({ table: name, state: 'listened' })),
  versions: [],
})

test('a table is published by those of its database that name it, with or without its schema', () => {
  const schemas = [
    schema('a/shop', 'Account'),
    schema('a/shop', 'sales.account'),
    schema('b/crm', 'account'),
    schema('a/shop', '"Odd ""x"" name"', 'public."account"'),
  ]
  const by = (name: TableRow) => publishedBy({ connection: 'a/shop', table: name }, schemas).map(({ id }) => id)
  assert.deepEqual(by(table('public', 'account')), ['Account', '"Odd ""x"" name",public."account"'])
  assert.deepEqual(by(table('sales', 'account')), ['Account', 'sales.account'])
  assert.deepEqual(by(table('public', 'Odd "x" name')), ['"Odd ""x"" name",public."account"'])
})

test('what would fail once it is published is said', () => {
  assert.equal(identityFault(table('s', 't')), undefined)
  assert.match(identityFault(table('s', 't', { primaryKey: [] })) ?? '', /no primary key/)
  assert.match(identityFault(table('s', 't', { replicaIdentity: 'nothing' })) ?? '', /NOTHING/)
  assert.equal(identityFault(table('s', 't', { primaryKey: [], replicaIdentity: 'full' })), undefined)
  assert.match(identityFault(table('s', 't', { kind: 'view' })) ?? '', /view has no changes/)
})
