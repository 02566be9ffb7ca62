import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Lsn, toLsn } from '../domain/lsn.ts'
import { checkpointOf, isKnown, type OwedTransaction, progressOf } from './epoch-progress.ts'
import { createKeySlice } from './key-slice.ts'

function owed(commit: number, endBefore: number): OwedTransaction {
  const lsns = { commitLsn: toLsn(commit), endBefore: toLsn(endBefore) }
  return { xid: 1, ...lsns, keys: createKeySlice(), truncated: new Set(), receivedAt: 0 }
}

const table: readonly {
  readonly what: string
  readonly owed?: readonly OwedTransaction[]
  readonly awaited?: readonly number[]
  readonly before?: number
  readonly confirmed: number
}[] = [
  { what: 'nothing is owed: the end of the last commit', confirmed: 120 },
  { what: 'one is owed: the end of the commit before it', owed: [owed(80, 70)], confirmed: 70 },
  { what: 'two are owed: before the first', owed: [owed(80, 70), owed(90, 88)], confirmed: 70 },
  { what: 'one is owed, more was confirmed: it does not go back', owed: [owed(80, 70)], before: 75, confirmed: 75 },
  { what: 'one has not come again yet: where it was', awaited: [60], before: 50, confirmed: 50 },
  { what: 'one has not come again, one is owed', awaited: [60], owed: [owed(80, 70)], before: 50, confirmed: 50 },
]

for (const { what, owed: transactions = [], awaited = [], before = 0, confirmed } of table) {
  test(`what may be confirmed when ${what}`, () => {
    const progress = {
      throughLsn: toLsn(110),
      endLsn: toLsn(120),
      owed: transactions,
      awaited: new Set<Lsn>(awaited.map(toLsn)),
    }
    const checkpoint = checkpointOf(progress, toLsn(before), 'source', { systemIdentifier: 'system', timeline: 1 })
    assert.equal(checkpoint.confirmedLsn, confirmed)
    assert.deepEqual(checkpoint.owed, [...awaited, ...transactions.map(({ commitLsn }) => commitLsn)])
  })
}

test('on re-delivery what is stored is passed over, and what was owed is taken', () => {
  const progress = progressOf({
    source: 'source',
    server: { systemIdentifier: 'system', timeline: 1 },
    throughLsn: toLsn(100),
    owed: [toLsn(60)],
    confirmedLsn: toLsn(50),
  })
  assert.deepEqual(
    [55, 60, 100, 101].map((lsn) => isKnown(progress, toLsn(lsn))),
    [true, false, true, false],
  )
})
