import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareContracts } from './compare-contracts.ts'
import { at, goodManifest } from './good-manifest.fixture.ts'
import { parseManifest } from './parse-manifest.ts'

type Change = (manifest: ReturnType<typeof goodManifest>) => void

function after(change: Change) {
  const manifest = goodManifest()
  change(manifest)
  const read = (one: object) => parseManifest(JSON.stringify(one), '/rejot-manifest.json', {}).readable
  const [before, now] = [read(goodManifest()), read(manifest)]
  assert.ok(before !== undefined && now !== undefined)
  return compareContracts([before], [now])
}

const version =
  (major: number, minor: number): Change =>
  (m) =>
    Object.assign(at(m, 'publicSchemas', 0, 'version'), { major, minor })
const column: Change = (m) =>
  Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'properties'), { more: { type: ['string', 'null'] } })
const narrower: Change = (m) =>
  Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'properties', 'id'), { 'x-postgres-type': 'int4' })
const unread: Change = (m) => m.consumerSchemas.splice(0)
const both =
  (...changes: readonly Change[]): Change =>
  (m) => {
    for (const change of changes) change(m)
  }

const cases: readonly (readonly [what: string, change: Change, told: readonly string[]])[] = [
  ['nothing changes', () => {}, []],
  ['a version is raised for nothing', version(1, 1), ['@1 changed 1.0 1.1 ok']],
  ['a column comes with a minor', both(column, version(1, 1)), ['@1 changed 1.0 1.1 ok']],
  ['a column comes without one', column, ['@1 changed 1.0 1.0 its version stays 1.0: make it 1.1']],
  [
    'a column narrows within a major',
    both(narrower, version(1, 1)),
    ['@1 changed 1.0 1.1 this breaks those who read it: publish it as 2.0, beside 1'],
  ],
  [
    'the only major is replaced while it is read',
    both(narrower, version(2, 0)),
    ['@1 removed 1.0 - it is gone, and read by @harbor/accounts/consume-account', '@2 added - 2.0 ok'],
  ],
  ['a schema that nobody reads goes', both(unread, version(2, 0)), ['@1 removed 1.0 - ok', '@2 added - 2.0 ok']],
]
for (const [what, change, expected] of cases) {
  test(what, () => {
    const told = after(change).map(
      ({ id, state, before = '-', after: now = '-', fault = 'ok' }) =>
        `${id.slice(id.indexOf('@', 1))} ${state} ${before} ${now} ${fault}`,
    )
    assert.deepEqual(told, expected)
  })
}
