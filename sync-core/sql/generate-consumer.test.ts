import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CatalogueColumn, CatalogueTable } from '../domain/catalogue.ts'
import type { Contract } from '../domain/consumer-draft.ts'
import { generateConsumer } from './generate-consumer.ts'
import { mapColumns } from './map-columns.ts'
import { misfit, portableType } from './portable-type.ts'

const contract: Contract = {
  name: 'publish-account',
  key: ['id'],
  columns: [
    { name: 'id', postgresType: 'bigint', nullable: false, description: undefined },
    { name: 'firstName', postgresType: 'text', nullable: false, description: "The person's" },
    { name: 'emails', postgresType: 'text[]', nullable: true, description: undefined },
    { name: 'mood', postgresType: 'feeling', nullable: true, description: undefined },
  ],
}

function column(name: string, type: string, rest: Partial<CatalogueColumn> = {}): CatalogueColumn {
  return { name, type, nullable: true, default: undefined, generated: undefined, comment: undefined, ...rest }
}

function table(...columns: readonly CatalogueColumn[]): CatalogueTable {
  return {
    oid: 1,
    schema: 'public',
    name: 'customer',
    kind: 'table',
    partitionOf: undefined,
    comment: undefined,
    rowsEstimated: undefined,
    columns,
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    replicaIdentity: 'primary key',
    readable: true,
  }
}

test('for a new table: an upsert, a delete and the table itself', () => {
  const made = generateConsumer({ contract, table: { schema: undefined, name: 'order' }, comments: true })
  assert.equal(
    made.sql,
    `insert into "order" (id, "firstName", emails, mood)
values (:id, :firstName, :emails, :mood)
on conflict (id) do update set
  "firstName" = excluded."firstName",
  emails = excluded.emails,
  mood = excluded.mood`,
  )
  assert.equal(made.deleteSql, 'delete from "order" where id = :id')
  assert.equal(
    made.createTable,
    `create table "order" (
  id bigint not null,
  "firstName" text not null,
  emails text[],
  mood text,
  primary key (id)
);
comment on column "order"."firstName" is 'The person''s'`,
  )
  assert.deepEqual(made.notes, ['"mood" is a feeling, which only its source has: it becomes text'])
})

test('for a table that is there: its columns, found by name, and what is lacking', () => {
  const existing = table(
    column('id', 'bigint'),
    column('first_name', 'text'),
    column('mood', 'text', { generated: 'stored' }),
  )
  const made = generateConsumer({ contract, table: { schema: 'public', name: 'customer' }, existing })
  assert.match(made.sql, /^insert into public.customer \(id, first_name\)\nvalues \(:id, :firstName\)\n/)
  assert.deepEqual([made.createTable, made.notes], [undefined, ['public.customer has no column for emails, mood']])
  const keyless = generateConsumer({
    contract,
    table: { schema: undefined, name: 'customer' },
    existing: { ...existing, primaryKey: [] },
  })
  assert.match(keyless.notes.join(), /CREATE UNIQUE INDEX ON public.customer \(id\)/)
})

test('a contract of nothing but its key is inserted or left', () => {
  const only = { ...contract, columns: contract.columns.slice(0, 1) }
  assert.match(
    generateConsumer({ contract: only, table: { schema: undefined, name: 't' } }).sql,
    /on conflict \(id\) do nothing$/,
  )
})

test('types that every server has are kept, others travel as text', () => {
  const types = [
    'numeric',
    'character',
    'character[]',
    'bit',
    'timestamp with time zone[]',
    'mood[]',
    'citext',
    'int4',
    'timestamptz[]',
    'char',
    undefined,
  ]
  assert.deepEqual(types.map(portableType), [
    'numeric',
    'bpchar',
    'bpchar[]',
    'bit varying',
    'timestamp with time zone[]',
    'text',
    'text',
    'integer',
    'timestamp with time zone[]',
    'text',
    'text',
  ])
})

for (const [given, type, why] of [
  ['bigint', 'bigint', undefined],
  ['bigint', 'integer', 'larger numbers than integer holds are refused'],
  ['integer', 'bigint', undefined],
  ['text', 'character varying(20)', 'longer texts than 20 characters are refused'],
  ['text', 'integer', 'a text that is no integer is refused'],
  ['boolean', 'text', undefined],
  ['boolean', 'integer', 'boolean is no integer'],
  ['text[]', 'text', undefined],
  ['text[]', 'integer', 'text[] is no integer'],
  ['date', 'timestamp with time zone', undefined],
  ['text', 'uuid', undefined],
  ['text[]', 'jsonb', undefined],
] as const) {
  test(`${given} into ${type}`, () => assert.equal(misfit(given, type), why))
}

test('which column of the contract comes into which of the table, and what cannot go well', () => {
  const target = table(
    column('id', 'integer', { nullable: false }),
    column('full_name', 'text', { nullable: false }),
    column('emails', 'text[]', { nullable: false }),
    column('tenant', 'text', { nullable: false }),
    column('seen', 'timestamp with time zone', { nullable: false, default: 'now()' }),
    column('total', 'bigint', { generated: 'stored' }),
  )
  const sql = "insert into customer (id, full_name, emails, total) values (:id, :firstName || '!', :emails, :id)"
  const { unused, columns } = mapColumns(contract, [sql, 'delete from customer where id = :id'], target)
  assert.deepEqual(unused, ['mood'])
  assert.deepEqual(
    columns.map(({ column: { name }, filledBy, problem }) => [name, filledBy, problem?.severity, problem?.message]),
    [
      ['id', ['id'], 'warning', 'It gets bigint: larger numbers than integer holds are refused'],
      ['full_name', ['firstName'], undefined, undefined],
      ['emails', ['emails'], 'warning', 'It is NOT NULL, and "emails" may be NULL'],
      ['tenant', undefined, 'error', 'It is NOT NULL without a default, and gets no value'],
      ['seen', undefined, undefined, undefined],
      ['total', ['id'], 'error', 'Its values are generated: it cannot be written'],
    ],
  )
  assert.deepEqual(mapColumns(contract, ['insert into', undefined], target).unused.length, 4)
})
