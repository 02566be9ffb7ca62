import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visibility } from './open-snapshot.ts'

const cases: readonly (readonly [what: string, snapshot: string, xid: number, seen: boolean])[] = [
  ['a finished one', '100:110:', 99, true],
  ['one that had not begun', '100:110:', 110, false],
  ['one just before xmax', '100:110:', 109, true],
  ['one that was running', '100:110:100,105', 105, false],
  ['one between two that were running', '100:110:100,105', 103, true],
  ['one before the wrap-around', '4294967290:4294967301:', 4_294_967_295, true],
  ['one after the wrap-around that had not begun', '4294967290:4294967301:', 6, false],
  ['one after the wrap-around', '4294967290:4294967301:', 4, true],
  ['one that was running across it', '4294967290:4294967301:4294967300', 4, false],
  ['one beyond the next wrap-around, xmax just before it', '8589934580:8589934590:', 3, false],
  ['one of the third round', '8589934600:8589934610:', 10, true],
]

for (const [what, snapshot, xid, seen] of cases) {
  test(`a snapshot ${seen ? 'sees' : 'does not see'} ${what}`, () => {
    assert.equal(visibility(snapshot)(xid), seen)
  })
}
