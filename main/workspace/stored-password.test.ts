import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../sync-core/domain/connection.ts'
import { Refusal } from '../ipc/refusal.ts'
import { storedPassword } from './stored-password.ts'

const saved: Connection = {
  ...{ engine: 'postgres', slug: 'shop', manifest: '@a/b', host: 'db', port: 5432, user: 'rejot', database: 'shop' },
  ...{ password: 'secret', ssl: { mode: 'verify-full', ca: '/ca.pem' } },
}

test('a stored password goes where it was stored for, whatever the connection is called', () => {
  assert.equal(storedPassword(saved, { ...saved, slug: 'renamed' }), 'secret')
})

const elsewhere: Readonly<Record<string, Partial<Connection>>> = {
  'another host': { host: 'other' },
  'another port': { port: 5433 },
  'another user': { user: 'postgres' },
  'another database': { database: 'crm' },
  'a lesser TLS mode': { ssl: { mode: 'disable' } },
  'the usual TLS mode': { ssl: undefined },
  'another CA': { ssl: { mode: 'verify-full' } },
}
for (const [what, change] of Object.entries(elsewhere)) {
  test(`it is not sent to ${what}`, () => {
    assert.throws(() => storedPassword(saved, { ...saved, ...change }), Refusal)
  })
}
