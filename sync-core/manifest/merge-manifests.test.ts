import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeManifests } from './merge-manifests.ts'

const schema = (name: string, minor: number, major = 1) => ({ name, version: { major, minor } })
const connection = (slug: string, host = 'db') => ({ slug, config: { host } })

function text(publicSchemas: readonly unknown[], more: object = {}): string {
  return `${JSON.stringify({ slug: 'crm', connections: [connection('crm')], publicSchemas, ...more }, undefined, 2)}\n`
}

const base = text([schema('people', 0), schema('orders', 0)])

function merge(ours: string, theirs: string, choices: Readonly<Record<string, 'ours' | 'theirs'>> = {}) {
  const merged = mergeManifests({ base, ours, theirs }, new Map(Object.entries(choices)))
  assert.ok(merged !== undefined)
  return { text: merged.text, value: JSON.parse(merged.text), conflicts: merged.conflicts.map(({ title }) => title) }
}

test('what only one side changed is taken from it, what both changed alike is no conflict', () => {
  const ours = text([schema('people', 1), schema('orders', 0)])
  const theirs = text([schema('people', 0), schema('orders', 1), schema('invoices', 0)])
  const { value, conflicts } = merge(ours, theirs)
  assert.deepEqual(value.publicSchemas, [schema('people', 1), schema('orders', 1), schema('invoices', 0)])
  assert.deepEqual(conflicts, [])
  assert.equal(merge(ours, ours).text, ours)
})

test('what one side took out and the other left alone is out', () => {
  const ours = text([schema('orders', 0)])
  const theirs = text([schema('people', 0), schema('orders', 0)], { workspaces: ['../other'] })
  const { value, conflicts } = merge(ours, theirs)
  assert.deepEqual([value.publicSchemas, value.workspaces], [[schema('orders', 0)], ['../other']])
  assert.deepEqual(conflicts, [])
  assert.equal(merge(base, ours).text, ours)
})

test('what both changed is for a person to decide', () => {
  const ours = text([schema('people', 1), schema('orders', 0)])
  const theirs = text([schema('people', 2), schema('orders', 0)])
  const undecided = merge(ours, theirs)
  assert.deepEqual([undecided.text, undecided.conflicts], [ours, ['public schema people@1']])
  assert.equal(merge(ours, theirs, { 'publicSchemas/people@1': 'theirs' }).text, theirs)
  assert.equal(merge(ours, theirs, { 'publicSchemas/people@1': 'ours' }).text, ours)
})

test('changed here and taken out there is a conflict too', () => {
  const ours = text([schema('people', 1), schema('orders', 0)])
  const theirs = text([schema('orders', 0)])
  assert.deepEqual(merge(ours, theirs).conflicts, ['public schema people@1'])
  assert.equal(merge(ours, theirs, { 'publicSchemas/people@1': 'theirs' }).text, theirs)
})

test('two majors of one name are two things', () => {
  const ours = text([schema('people', 0), schema('people', 0, 2), schema('orders', 0)])
  const theirs = text([schema('people', 1), schema('orders', 0)])
  const { value, conflicts } = merge(ours, theirs)
  assert.deepEqual(
    [value.publicSchemas, conflicts],
    [[schema('people', 1), schema('people', 0, 2), schema('orders', 0)], []],
  )
})

test('the layout is ours, and markers are no manifest', () => {
  const ours = base.replaceAll('  ', '\t').replaceAll('\n', '\r\n')
  const merged = merge(ours, text([schema('people', 0), schema('orders', 3)])).text
  assert.equal(merged, ours.replace(/("orders",\s+"version": \{\s+"major": 1,\s+"minor": )0/, '$13'))
  assert.equal(mergeManifests({ base, ours: '[]', theirs: base }, new Map()), undefined)
})

test('a definition file goes with what was decided of its schemas, where one side says all of it', () => {
  const defined = (name: string, minor: number, definitionFile: string) => ({ ...schema(name, minor), definitionFile })
  const both = (people: number, orders: number, file = 'all.sql') =>
    text([defined('people', people, file), defined('orders', orders, 'all.sql')])
  const filesOf = (theirs: string, choices: Readonly<Record<string, 'ours' | 'theirs'>>) =>
    mergeManifests({ base: both(0, 0), ours: both(1, 0), theirs }, new Map(Object.entries(choices)))?.definitions
  const id = 'publicSchemas/people@1'
  assert.deepEqual(filesOf(both(2, 0), { [id]: 'theirs' }), new Map([['all.sql', 'theirs']]))
  assert.deepEqual(filesOf(both(2, 0), { [id]: 'ours' }), new Map([['all.sql', 'ours']]))
  assert.deepEqual(filesOf(both(2, 0), {}), new Map())
  // Theirs of the one and ours of the other: no side's file says both.
  assert.deepEqual(filesOf(both(2, 3), { [id]: 'ours' }), new Map())
  assert.deepEqual(
    filesOf(both(2, 0, 'people.sql'), { [id]: 'theirs' }),
    new Map([
      ['all.sql', 'theirs'],
      ['people.sql', 'theirs'],
    ]),
  )
})
