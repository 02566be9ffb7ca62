import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PublicSchemaView } from '../../../main/contract/contract.ts'
import { draftConsumer } from './consumer-draft.ts'

const schema: PublicSchemaView = {
  id: '@harbor/accounts/publish-account@2',
  name: 'publish-account',
  manifest: '@harbor/accounts',
  version: '2.1',
  source: '@harbor/accounts/accounts-db',
  tags: [],
  key: ['id', 'order'],
  columns: [
    { name: 'id', type: 'int8', nullable: false, from: [] },
    { name: 'order', type: 'text', nullable: false, from: [] },
    { name: 'firstName', nullable: true, from: [] },
    { name: 'e mail "x"', type: 'text[]', nullable: false, from: [] },
  ],
  transformations: [],
  tables: [],
  versions: [],
}

test('a consumer schema is drafted column by column, names quoted where they must be', () => {
  const draft = draftConsumer(schema, 'crm-db')
  assert.equal(
    draft?.file,
    `-- rejot: consumer schema consume-publish-account
-- reads: publish-account 2 of @harbor/accounts
-- writes: crm-db

-- rejot: insert or update
insert into publish_account (id, "order", "firstName", "e mail ""x""")
values (:id, :order, :firstName, :"e mail ""x""")
on conflict (id, "order") do update
set "firstName" = excluded."firstName",
    "e mail ""x""" = excluded."e mail ""x""";

-- rejot: delete
delete from publish_account where id = :id and "order" = :order;
`,
  )
  assert.equal(
    draft.createTable,
    `create table publish_account (
  id int8,
  "order" text,
  "firstName" text,
  "e mail ""x""" text[] not null,
  primary key (id, "order")
)`,
  )
  assert.deepEqual(JSON.parse(draft.json).publicSchema, { name: 'publish-account', majorVersion: 2 })
})

test('a public schema of its key alone leaves a row that is there as it is', () => {
  const draft = draftConsumer({ ...schema, key: ['id'], columns: schema.columns.slice(0, 1) }, 'crm-db')
  assert.match(draft?.file ?? '', /values \(:id\)\non conflict \(id\) do nothing;/)
})

test('without a key or columns there is nothing to draft', () => {
  assert.equal(draftConsumer({ ...schema, key: [] }, 'crm-db'), undefined)
  assert.equal(draftConsumer({ ...schema, columns: [] }, 'crm-db'), undefined)
})
