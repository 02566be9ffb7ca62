import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { type ChosenFacets, type SchemaSearch, searchSchemas } from './search-schemas.ts'

function schema(name: string, more: Partial<PublicSchemaView> = {}): PublicSchemaView {
  return {
    id: `shop/${name}@1`,
    name,
    manifest: 'shop',
    version: '1.0',
    source: 'shop/shop-db',
    tags: [],
    key: ['id'],
    columns: [],
    transformations: [],
    tables: [],
    versions: [],
    ...more,
  }
}

const column = (name: string, description?: string) => ({
  name,
  nullable: false,
  from: [],
  ...(description === undefined ? {} : { description }),
})

const all = [
  schema('orders', { owner: 'Commerce', tags: ['money'], columns: [column('id'), column('Total', 'Gross, in cents')] }),
  schema('orders-2', { name: 'orders', version: '2.1', owner: 'Commerce', tags: ['money', 'core'] }),
  schema('account', { owner: 'Identity', source: 'crm/crm-db', manifest: 'crm', description: 'Who may sign in.' }),
  schema('old-stock', { deprecated: 'Use stock.' }),
]

const names = ({ found }: SchemaSearch) => found.map(({ schema: { name, version } }) => `${name} ${version}`)
const counts = ({ facets }: SchemaSearch, facet: keyof SchemaSearch['facets']) =>
  facets[facet].map(({ value, count }) => `${value}:${count}`)

const texts: readonly (readonly [text: string, found: readonly string[]])[] = [
  ['', ['orders 1.0', 'orders 2.1', 'account 1.0', 'old-stock 1.0']],
  ['ORD', ['orders 1.0', 'orders 2.1']],
  ['ord money', ['orders 1.0', 'orders 2.1']],
  ['total', ['orders 1.0']],
  ['cents', ['orders 1.0']],
  ['identity', ['account 1.0']],
  ['sign', ['account 1.0']],
  ['crm', ['account 1.0']],
  ['core', ['orders 2.1']],
  ['ord identity', []],
  ['  ', ['orders 1.0', 'orders 2.1', 'account 1.0', 'old-stock 1.0']],
]
for (const [text, found] of texts) {
  test(`searching for "${text}"`, () => assert.deepEqual(names(searchSchemas(all, text, {})), found))
}

test('a row says why it was found where that is not to be seen', () => {
  const why = (text: string) => searchSchemas(all, text, {}).found.map((each) => each.why)
  assert.deepEqual(why('ord'), [undefined, undefined])
  assert.deepEqual(why('ord tot'), ['Total'])
  assert.deepEqual(why('core'), ['core'])
  assert.deepEqual(why('sign'), ['in the description'])
})

const choices: readonly (readonly [chosen: ChosenFacets, found: readonly string[]])[] = [
  [{ owner: ['Commerce'] }, ['orders 1.0', 'orders 2.1']],
  [{ owner: [''] }, ['old-stock 1.0']],
  [{ owner: ['Identity', ''] }, ['account 1.0', 'old-stock 1.0']],
  [{ owner: ['Commerce'], version: ['v2'] }, ['orders 2.1']],
  [{ version: ['deprecated'] }, ['old-stock 1.0']],
  [{ store: ['crm/crm-db'], manifest: ['shop'] }, []],
  [{ tag: ['core'] }, ['orders 2.1']],
]
for (const [chosen, found] of choices) {
  test(`choosing ${JSON.stringify(chosen)}`, () => assert.deepEqual(names(searchSchemas(all, '', chosen)), found))
}

test('a facet counts what the words and the other facets leave', () => {
  const none = searchSchemas(all, '', {})
  assert.deepEqual(counts(none, 'owner'), [':1', 'Commerce:2', 'Identity:1'])
  assert.deepEqual(counts(none, 'version'), ['deprecated:1', 'v1:3', 'v2:1'])
  const narrowed = searchSchemas(all, 'o', { owner: ['Commerce'], tag: ['core'] })
  assert.deepEqual(counts(narrowed, 'owner'), [':0', 'Commerce:1', 'Identity:0'])
  assert.deepEqual(counts(narrowed, 'tag'), [':0', 'core:1', 'money:2'])
})

test('a choice that nothing has any more can be taken back', () => {
  const { facets } = searchSchemas(all, '', { tag: ['gone'] })
  assert.deepEqual(
    facets.tag.find(({ value }) => value === 'gone'),
    { value: 'gone', count: 0, chosen: true },
  )
})
