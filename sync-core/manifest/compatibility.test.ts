import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContractColumn } from '../domain/public-schema.ts'
import { matchesSlug } from './access.ts'
import { contractChanges } from './compatibility.ts'

function column(name: string, own: Partial<ContractColumn> = {}): ContractColumn {
  return { name, postgresType: 'text', nullable: false, description: undefined, ...own }
}

const before = { columns: [column('id'), column('mail')], key: ['id'] }

const cases: readonly (readonly [string, Parameters<typeof contractChanges>[1], readonly string[]])[] = [
  ['nothing', before, []],
  ['another order', { ...before, columns: [column('mail'), column('id')] }, []],
  [
    'a column more',
    { ...before, columns: [...before.columns, column('age', { nullable: true })] },
    ['minor: has a new column "age"'],
  ],
  ['a column less', { ...before, columns: [column('id')] }, ['major: no longer has column "mail"']],
  [
    'another type',
    { ...before, columns: [column('id', { postgresType: 'bigint' }), column('mail')] },
    ['major: gives "id" as bigint instead of text'],
  ],
  [
    'NULL where there was none',
    { ...before, columns: [column('id'), column('mail', { nullable: true })] },
    ['major: may give NULL as "mail", which it did not'],
  ],
  ['another key', { ...before, key: ['mail'] }, ['major: is keyed by mail instead of id']],
  ['a key that is not said', { ...before, key: undefined }, []],
]

for (const [what, after, changes] of cases) {
  test(`what becomes of a contract: ${what}`, () => {
    assert.deepEqual(
      contractChanges(before, after).map((change) => `${change.needs}: ${change.what}`),
      changes,
    )
  })
}

test('a column that is no longer NULL asks for no new major version', () => {
  const [change] = contractChanges({ ...before, columns: [column('id', { nullable: true })] }, before)
  assert.equal(change?.needs, 'minor')
})

test('patterns of slugs know owners, and nothing but the star is special', () => {
  assert.ok(matchesSlug('@harbor/*', '@harbor/crm'))
  assert.ok(!matchesSlug('@harbor/*', '@harbour/crm'))
  assert.ok(matchesSlug('*', 'crm'))
  assert.ok(!matchesSlug('*', '@harbor/crm'))
  assert.ok(matchesSlug('@*/crm', '@harbor/crm'))
  assert.ok(!matchesSlug('crm.', 'crmx'))
})
