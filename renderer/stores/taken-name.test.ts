import assert from 'node:assert/strict'
import { test } from 'node:test'
import { takenName, takenSlug } from './taken-name.ts'
import { emptyForm } from './wizard-form.ts'

type Draft = Parameters<typeof takenName>[0]

const draft = (id: string, name: string, given: Partial<Draft> = {}): Draft => ({
  id,
  kind: 'public',
  schema: undefined,
  form: { name, manifest: 'shop' },
  ...given,
})
const saved = { publicSchemas: [{ name: 'orders', manifest: 'shop' }], consumers: [{ name: 'copy', manifest: 'shop' }] }
const taken = (one: Draft, others: readonly Draft[] = []) =>
  takenName(one, saved, Object.fromEntries([one, ...others].map((each) => [each.id, each])))

test('the name of a saved schema of that kind and manifest is taken', () => {
  assert.equal(taken(draft('a', 'orders')), 'shop has a public schema called orders already')
  assert.equal(taken(draft('a', 'copy', { kind: 'consumer' })), 'shop has a consumer schema called copy already')
  assert.equal(taken(draft('a', 'copy')), undefined)
  assert.equal(taken(draft('a', 'orders', { form: { name: 'orders', manifest: 'crm' } })), undefined)
})

test('so is that of another draft, until one of them is another', () => {
  assert.match(taken(draft('a', 'people'), [draft('b', 'people')]) ?? '', /^Another draft is called people too/)
  assert.equal(taken(draft('a', 'people'), [draft('b', 'person')]), undefined)
  assert.equal(taken(draft('a', 'people'), [draft('b', 'people', { kind: 'consumer' })]), undefined)
})

test('a saved schema keeps its own, and nothing is said of no name', () => {
  assert.equal(taken(draft('a', 'orders', { schema: 'shop/orders@1' })), undefined)
  assert.equal(taken(draft('a', ''), [draft('b', '')]), undefined)
})

test('of a connection the name is one over all manifests, and its own draft does not count', () => {
  const connections = [{ id: 'shop/shop-db', slug: 'shop-db', manifest: 'shop' }]
  const own = { draft: 'a', slug: 'shop-db', connection: undefined }
  assert.equal(takenSlug(own, connections, []), 'shop has a connection called shop-db already')
  assert.equal(takenSlug({ ...own, connection: 'shop/shop-db' }, connections, []), undefined)
  const drafts = [{ id: 'a', form: { ...emptyForm, slug: 'crm-db' } }]
  assert.equal(takenSlug({ ...own, slug: 'crm-db' }, connections, drafts), undefined)
  assert.match(takenSlug({ ...own, draft: 'b', slug: 'crm-db' }, connections, drafts) ?? '', /^Another draft/)
})
