import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PreparedPublicSchema, ProjectedRow } from '../domain/source.ts'
import { type AnsweredKeys, createAnsweredKeys } from './answered-keys.ts'
import { createKeySlice } from './key-slice.ts'

const lastOnly = { everyVersion: false } as PreparedPublicSchema
const eachVersion = { everyVersion: true } as PreparedPublicSchema

/** Asks keys (id, argument) and returns which were asked, and what answers them with a row but for those of `gone`. */
function send(
  answered: AnsweredKeys,
  keys: readonly (readonly [id: string, arg: string])[],
  { schema = 0, gone = [] }: { readonly schema?: number; readonly gone?: readonly string[] } = {},
): { readonly asked: readonly string[]; answer(): Promise<void> } {
  const slice = createKeySlice()
  for (const [id, arg] of keys) slice.add(schema, 0, { id, args: [arg] })
  const runs = answered.leftOf(slice)
  return {
    asked: runs.flatMap((run) => run.keys.map(({ key }) => key.id)),
    async answer() {
      for (const run of runs) {
        const rows = run.keys.flatMap(({ key }, ordinal): ProjectedRow[] =>
          gone.includes(key.id) ? [] : [{ ordinal, key: key.id, payload: '{}' }],
        )
        await answered.add({ ...run, rows: Promise.resolve(rows) })
      }
    },
  }
}

async function ask(...given: Parameters<typeof send>): Promise<readonly string[]> {
  const { asked, answer } = send(...given)
  await answer()
  return asked
}

async function inLargeEpoch(): Promise<AnsweredKeys> {
  const answered = createAnsweredKeys([lastOnly, eachVersion])
  for (let slice = 1; slice <= 10; slice++) await ask(answered, [['a', '1']])
  return answered
}

test('a small epoch asks keys as they come', async () => {
  const answered = createAnsweredKeys([lastOnly])
  await ask(answered, [['a', '1']])
  assert.deepEqual(await ask(answered, [['a', '1']]), ['a'])
})

test('a large epoch asks a key once', async () => {
  const answered = await inLargeEpoch()
  assert.deepEqual(
    await ask(answered, [
      ['a', '1'],
      ['b', '1'],
    ]),
    ['a', 'b'],
  )
  assert.deepEqual(
    await ask(answered, [
      ['b', '1'],
      ['c', '1'],
      ['a', '1'],
    ]),
    ['c'],
  )
})

test('a key is asked again with other arguments, also with those that it had before them', async () => {
  const answered = await inLargeEpoch()
  await ask(answered, [['a', '1']])
  assert.deepEqual(await ask(answered, [['a', '2']]), ['a'])
  assert.deepEqual(await ask(answered, [['a', '2']]), [])
  assert.deepEqual(await ask(answered, [['a', '1']]), ['a'])
})

test('a key that was asked with something else meanwhile is asked again, however the answers come', async () => {
  const answered = await inLargeEpoch()
  await ask(answered, [['a', '1']])
  const other = send(answered, [['a', '2']])
  const back = send(answered, [['a', '1']])
  await other.answer()
  assert.deepEqual(back.asked, ['a'])
  assert.deepEqual(await ask(answered, [['a', '2']]), ['a'])
  await back.answer()
  assert.deepEqual(await ask(answered, [['a', '1']]), ['a'])
})

test('a key that gave nothing is asked again, and so is each where every version is wanted', async () => {
  const answered = await inLargeEpoch()
  await ask(
    answered,
    [
      ['a', '1'],
      ['b', '1'],
    ],
    { gone: ['a'] },
  )
  assert.deepEqual(
    await ask(answered, [
      ['a', '1'],
      ['b', '1'],
    ]),
    ['a'],
  )
  await ask(answered, [['a', '1']], { schema: 1 })
  assert.deepEqual(await ask(answered, [['a', '1']], { schema: 1 }), ['a'])
})

test('keys that come but once are not held', async () => {
  const answered = await inLargeEpoch()
  const many = Array.from({ length: 60_000 }, (_, place): [string, string] => [`${place}`, '1'])
  await ask(answered, many)
  await ask(answered, [['a', '1']])
  assert.deepEqual(
    await ask(answered, [
      ['a', '1'],
      ['1', '1'],
    ]),
    ['a', '1'],
  )
})
