import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergedColumns } from './merge-contract.ts'

const given = (name: string, type: string, nullable = false, comment?: string) =>
  ({ name, type, nullable, comment, from: undefined }) as const

test('a new column comes with what is proven of it and what its table says', () => {
  assert.deepEqual(mergedColumns([], [given('id', 'bigint'), given('note', 'text', true, 'Free words.')]), [
    { name: 'id', postgresType: 'bigint', nullable: false },
    { name: 'note', postgresType: 'text', nullable: true, description: 'Free words.' },
  ])
})

test('what a person said of a column stays; order, types and what is there follow the SQL', () => {
  const promised = [
    { name: 'gone', postgresType: 'text', nullable: false },
    { name: 'note', postgresType: 'text', nullable: false, description: 'Ours.' },
    { name: 'id', postgresType: 'integer', nullable: false },
  ]
  assert.deepEqual(mergedColumns(promised, [given('id', 'bigint'), given('note', 'text', true, 'Theirs.')]), [
    { name: 'id', postgresType: 'bigint', nullable: false },
    { name: 'note', postgresType: 'text', nullable: false, description: 'Ours.' },
  ])
})

test('another word for the same type is no change', () => {
  const words = [
    ['timestamptz', 'timestamp with time zone'],
    ['int8[]', 'bigint[]'],
    ['varchar(20)', 'character varying(20)'],
    ['NUMERIC(10, 2)', 'numeric(10,2)'],
  ] as const
  for (const [written, said] of words) {
    const [column] = mergedColumns([{ name: 'a', postgresType: written, nullable: true }], [given('a', said)])
    assert.equal(column?.postgresType, written)
  }
  const [column] = mergedColumns(
    [{ name: 'a', postgresType: 'numeric(10,2)', nullable: true }],
    [given('a', 'numeric(9,2)')],
  )
  assert.equal(column?.postgresType, 'numeric(9,2)')
})
