import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLsn, maxLsn, parseLsn } from '../domain/lsn.ts'
import type { PreparedPublicSchema } from '../domain/source.ts'
import { walkOrder } from './backfill.ts'
import { createKeySlice } from './key-slice.ts'
import { retryDelayMs } from './supervise.ts'
import { createWake } from './wake.ts'

const never = new AbortController().signal

test('retries double from a quarter of a second to half a minute, never in step', () => {
  assert.deepEqual(
    [1, 2, 3, 8, 1_000].map((failures) => retryDelayMs(failures, 1)),
    [250, 500, 1_000, 30_000, 30_000],
  )
  assert.equal(retryDelayMs(3, 0), 500)
})

test('a wake between two waits is not lost, and counts once', async () => {
  const wake = createWake()
  wake.wake()
  wake.wake()
  await wake.wait(never, 2 ** 30)
  let resolved = false
  const waiting = wake.wait(never, 2 ** 30).then(() => {
    resolved = true
  })
  await Promise.resolve()
  assert.equal(resolved, false)
  wake.wake()
  await waiting
})

test('a wait ends when its signal aborts, and at once when it has', async () => {
  const stop = new AbortController()
  const waiting = createWake().wait(stop.signal, 2 ** 30)
  stop.abort()
  await waiting
  await createWake().wait(stop.signal, 2 ** 30)
})

test('LSNs are compared as numbers: 0/FFFFFFF lies before 0/10000000', () => {
  const [before, after] = [parseLsn('0/FFFFFFF'), parseLsn('0/10000000')]
  assert.ok(before < after)
  assert.equal(maxLsn(before, after), after)
  assert.equal(formatLsn(after), '0/10000000')
})

const listener = (schema: number) => ({
  schema,
  transformation: 0,
  keyOf: ([id = '']: readonly (string | null | undefined)[]) => ({ id: JSON.stringify([id]), args: [id] }),
})

function sliceOf(...changes: (readonly [old: string | undefined, now: string | undefined])[]) {
  const slice = createKeySlice()
  for (const [old, now] of changes) {
    slice.addChange({
      type: 'change',
      listeners: [listener(0), listener(1)],
      old: old === undefined ? undefined : [old],
      new: now === undefined ? undefined : [now],
    })
  }
  return slice
}

test('a key that changes often is asked once, with what it was last; a changed key asks both', () => {
  const slice = sliceOf([undefined, '1'], ['1', '1'], ['1', '2'], ['2', undefined])
  assert.equal(slice.size, 4)
  assert.deepEqual(
    slice.transformations().map(({ schema, keys }) => [schema, [...keys.keys()]]),
    [
      [0, ['["1"]', '["2"]']],
      [1, ['["1"]', '["2"]']],
    ],
  )
})

test('what counts for the order is the last change of a key', () => {
  const [keys] = sliceOf([undefined, '1'], [undefined, '2'], ['3', undefined], ['1', '1']).transformations()
  const inOrder = [...(keys?.keys ?? [])].sort(([, a], [, b]) => a.changedAt - b.changedAt)
  assert.deepEqual(
    inOrder.map(([id]) => id),
    ['["2"]', '["3"]', '["1"]'],
  )
})

function schemaOf(withoutLineage: readonly boolean[]): PreparedPublicSchema {
  const transformations = withoutLineage.map((without) => ({
    table: 'table',
    publicKeyOf: without ? (key: string) => key : undefined,
    sourceKeyOf: undefined,
  }))
  return {
    id: 'schema',
    everyVersion: false,
    definitionHash: '',
    key: ['id'],
    columns: [],
    partitions: [],
    transformations,
  }
}

for (const [what, withoutLineage, order] of [
  ['the key’s own table comes last', [true, false, false], [1, 2, 0]],
  ['one that has only its own table is walked once', [true], [0]],
  ['where all need a lineage, all are walked twice', [false, false], [0, 1, 0, 1]],
] as const) {
  test(`of a backfill's tables, ${what}`, () => {
    assert.deepEqual(walkOrder(schemaOf(withoutLineage)), order)
  })
}
