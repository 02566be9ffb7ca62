import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waitFor } from './wait-for.ts'

test('returns what it saw as soon as that is enough', async () => {
  let looks = 0
  const seen = await waitFor(() => ++looks, { what: 'three looks', until: (count) => count === 3 })
  assert.equal(seen, 3)
  assert.equal(looks, 3)
})

test('a look that throws counts as not yet', async () => {
  let looks = 0
  const look = () => {
    looks += 1
    if (looks === 1) throw new Error('gone')
    return 'back'
  }
  assert.equal(await waitFor(look, { what: 'the server' }), 'back')
})

test('says what was seen last', async () => {
  await assert.rejects(
    waitFor(() => [{ id: 7 }], { what: 'two rows', until: (rows) => rows.length === 2, timeoutMs: 1 }),
    { message: 'Cannot see two rows within 1 ms: last seen was [{"id":7}]' },
  )
  const failing = () => {
    throw new Error('connection refused')
  }
  await assert.rejects(
    waitFor(failing, { what: 'the server', timeoutMs: 1 }),
    /last seen was the error "connection ref/,
  )
})
