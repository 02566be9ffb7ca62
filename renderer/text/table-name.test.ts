import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayBeSame, readTable } from './table-name.ts'

test('names of tables are read as SQL means them', () => {
  assert.deepEqual(readTable('Account'), { schema: undefined, name: 'account' })
  assert.deepEqual(readTable(' sales . "Odd ""name"".x" '), { schema: 'sales', name: 'Odd "name".x' })
  assert.equal(readTable('a b'), undefined)
  assert.equal(readTable(''), undefined)
})

test('a name without schema may be any of that name', () => {
  assert.equal(mayBeSame('account', 'public.account'), true)
  assert.equal(mayBeSame('sales.account', 'public.account'), false)
  assert.equal(mayBeSame('"Account"', 'account'), false)
})
