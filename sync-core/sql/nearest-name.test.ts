import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from './nearest-name.ts'

const names = ['id', 'first_name', 'last_name', 'created_at', 'firstSeen', 'plan']

for (const [wanted, nearest] of [
  ['frist_name', 'first_name'],
  ['firstname', 'first_name'],
  ['FIRST_NAME', 'first_name'],
  ['firstseen', 'firstSeen'],
  ['creatd_at', 'created_at'],
  ['plans', 'plan'],
  ['di', 'id'],
  ['colour', undefined],
  ['x', undefined],
] as const) {
  test(`nearest to ${wanted}`, () => assert.equal(nearestName(wanted, names), nearest))
}
