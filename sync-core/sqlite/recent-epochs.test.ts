import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Epoch } from '../domain/event.ts'
import { zeroLsn } from '../domain/lsn.ts'
import { toOffset } from '../domain/offset.ts'
import { keepRecentEpochs } from './recent-epochs.ts'

/** Of two events each: the n-th ends at offset 2n. */
function epoch(n: number, source = 'shop'): Epoch {
  const [firstOffset, lastOffset] = [toOffset(2 * n - 1), toOffset(2 * n)]
  return { id: n, source, firstOffset, lastOffset, lsn: zeroLsn, receivedAt: 0, kind: 'live' }
}

const idsOf = (epochs: readonly Epoch[] | undefined) => epochs?.map(({ id }) => id)

test('the last epochs are told from what was written since, and what came before is left to the file', () => {
  const recent = keepRecentEpochs(() => toOffset(20))
  assert.equal(recent.head('shop'), 20)
  assert.deepEqual(recent.after('shop', toOffset(20), 100), [])
  for (const n of [11, 12, 13]) recent.add(epoch(n), 2)
  assert.equal(recent.head('shop'), 26)
  assert.deepEqual(idsOf(recent.after('shop', toOffset(22), 100)), [12, 13])
  assert.deepEqual(idsOf(recent.after('shop', toOffset(20), 100)), [11, 12, 13])
  assert.equal(recent.after('shop', toOffset(18), 100), undefined)
  assert.equal(recent.head('billing'), 20)
})

test('as many epochs are given as hold that many events, and at least one', () => {
  const recent = keepRecentEpochs(() => toOffset(0))
  for (const n of [1, 2, 3]) recent.add(epoch(n), 2)
  assert.deepEqual(idsOf(recent.after('shop', toOffset(0), 1)), [1])
  assert.deepEqual(idsOf(recent.after('shop', toOffset(0), 4)), [1, 2])
})

test('of a long time only the end is kept', () => {
  const recent = keepRecentEpochs(() => toOffset(0))
  for (let n = 1; n <= 10_000; n++) recent.add(epoch(n), 2)
  assert.equal(recent.after('shop', toOffset(2), 100), undefined)
  assert.deepEqual(idsOf(recent.after('shop', toOffset(19_998), 100)), [10_000])
})
