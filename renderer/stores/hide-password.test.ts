import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hidePassword, isHidden } from './hide-password.ts'

const dots = '•'.repeat(12)

for (const [text, password, shown] of [
  ['postgres://me:p@h/pop', 'p', `postgres://me:${dots}@h/pop`],
  ['postgres://me:p%40%2Fss@h', 'p@/ss', `postgres://me:${dots}@h`],
  ["PGPASSWORD='a b' psql -h a", 'a b', `PGPASSWORD='${dots}' psql -h a`],
  ["host=h password='it\\'s'", "it's", `host=h password='${dots}'`],
  ['POSTGRES_PASSWORD: me', 'me', `POSTGRES_PASSWORD: ${dots}`],
  ['postgres://h', undefined, 'postgres://h'],
] as const) {
  test(`${text}`, () => assert.equal(hidePassword(text, password), shown))
}

test('what was hidden is not taken for a password', () => {
  assert.equal(isHidden(dots), true)
  assert.equal(isHidden('p'), false)
})
