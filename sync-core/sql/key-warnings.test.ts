import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyWarnings } from './key-warnings.ts'

const contract = { name: 'account', key: ['id'], columns: ['id', 'email', 'tenant'] }

const silent: readonly string[] = [
  'insert into t (id, email) values (:id, :email) on conflict (id) do update set email = excluded.email',
  'insert into t (id, email) values ($1, $2) on conflict (id) do nothing',
  `insert into t (source, no, email) values ('shop', :id::bigint, :email) on conflict (source, no) do update set email = excluded.email`,
  'insert into t (id) values (:id) on conflict do nothing',
  'insert into t (id) values (:id)',
  'insert into t values (:id, :email) on conflict (id) do nothing',
  'delete from t where id = :id',
  'delete from t where :id = t.no and email = :email',
  `delete from t where no = :id and source = 'shop'`,
  'update t set gone = true where email = :email',
  'select forget(:email)',
]

for (const sql of silent)
  test(`keyed by the public row key: ${sql}`, () => assert.deepEqual(keyWarnings(sql, contract), []))

const warned: readonly (readonly [sql: string, message: RegExp])[] = [
  [
    'insert into t (id, email) values (:id, :email) on conflict (email) do nothing',
    /^Its conflict target is email, not the key/,
  ],
  [
    'insert into t (id, email) values (:id, :email) on conflict (id, email) do nothing',
    /^Its conflict target is id, email/,
  ],
  ['insert into t (id) values (abs(:id)) on conflict (id) do nothing', /^Its conflict target is id, not/],
  ['delete from t where email = :email', /^It deletes rows by email, not by the key of public schema "account" \(id\)/],
  ['delete from t where id >= :id', /^It deletes rows by no key/],
  ['delete from t', /^It deletes rows by no key/],
]

for (const [sql, message] of warned) {
  test(`keyed by something else: ${sql}`, () => {
    const [problem, another] = keyWarnings(sql, contract)
    assert.equal(another, undefined)
    assert.equal(problem?.severity, 'warning')
    assert.match(problem.message, message)
  })
}
