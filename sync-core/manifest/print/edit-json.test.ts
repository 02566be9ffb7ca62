import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { at } from '../good-manifest.fixture.ts'
import { editJson } from './edit-json.ts'
import type { Json } from './json-value.ts'
import { type Layout, partOfValue, printInline, printPart } from './print-json.ts'

const sample = readFileSync(new URL('../../../assets/sample/rejot-manifest.json', import.meta.url), 'utf8')

const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)))
/** Lists like those of a manifest, whose items have names, now and then the same one. */
const named = fc.array(
  fc.record(
    { slug: fc.constantFrom('a', 'b', 'c', 'd', 'e'), port: fc.integer(), x: json },
    { requiredKeys: ['slug'] },
  ),
)
const anything = fc.oneof(json, named, fc.record({ connections: named, slug: fc.string() }, { requiredKeys: [] }))
const layouts: fc.Arbitrary<Layout | 'inline'> = fc.constantFrom<Layout | 'inline'>(
  { indent: '  ', eol: '\n' },
  { indent: '\t', eol: '\r\n' },
  { indent: '    ', eol: '\n' },
  'inline',
)

test('an edited text says what was wanted, in any layout', () => {
  fc.assert(
    fc.property(anything, anything, layouts, (before, after, layout) => {
      const text = layout === 'inline' ? printInline(partOfValue(before)) : printPart(partOfValue(before), layout)
      assert.deepEqual(JSON.parse(editJson(text, after)), JSON.parse(JSON.stringify(after)))
    }),
    { numRuns: 2_000 },
  )
})

test('nothing wanted anew leaves every byte, whatever the layout', () => {
  const odd = '\n{ "b" :1.0e3,\t"a":[ 1,\r\n 2 ], "__proto__": {"x":"\\u0041"} }  '
  assert.equal(editJson(odd, JSON.parse(odd)), odd)
  fc.assert(fc.property(json, (value) => editJson(JSON.stringify(value), value) === JSON.stringify(value)))
})

test('a line ends as the others of its file do', () => {
  const text = '{\r\n\t"a": {\r\n\t\t"b": 1\r\n\t}\r\n}\r\n'
  const edited = editJson(text, { a: { b: 1, c: { d: [{ e: 2 }] } } })
  assert.equal(edited.replaceAll('\r\n', '').includes('\n'), false)
  assert.match(edited, /\r\n\t\t"c": \{\r\n\t\t\t"d": \[/)
})

/** Lines that only the one text or only the other has. */
function difference(before: string, after: string): readonly string[] {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `-${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+${line.trim()}`),
  ]
}

type Change = (manifest: object) => void
const changes: readonly (readonly [what: string, change: Change, difference: readonly string[]])[] = [
  [
    'a port',
    (m) => Object.assign(at(m, 'connections', 1, 'config'), { port: 6000 }),
    ['-"port": 5433,', '+"port": 6000,'],
  ],
  [
    'a version',
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'version'), { minor: 1 }),
    ['-"version": { "major": 1, "minor": 0 },', '+"version": { "major": 1, "minor": 1 },'],
  ],
  [
    'a field more at the end',
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { tags: ['people', 'core'] }),
    [
      '-"description": "An account with its e-mail addresses, as other teams may know it."',
      '+"description": "An account with its e-mail addresses, as other teams may know it.",',
      '+"tags": ["people", "core"]',
    ],
  ],
  [
    'a field less',
    (m) => Reflect.deleteProperty(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), 'owner'),
    ['-"owner": "Accounts team",'],
  ],
  [
    'a connection less',
    (m) => Reflect.apply(Array.prototype.shift, at(m, 'connections'), []),
    [
      '-"slug": "accounts-db",',
      '-"port": 5432,',
      `-"password": "$\{env:REJOT_ACCOUNTS_DB_PASSWORD}",`,
      '-"database": "accounts"',
      '-},',
    ],
  ],
  [
    'a column less among those required',
    (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema'), { required: ['id', 'emails', 'lastName'] }),
    ['-"required": ["id", "emails", "firstName", "lastName"],', '+"required": ["id", "emails", "lastName"],'],
  ],
]

for (const [what, change, expected] of changes) {
  test(`${what}: only its own lines change`, () => {
    const wanted = JSON.parse(sample)
    change(wanted)
    const edited = editJson(sample, wanted)
    assert.deepEqual(JSON.parse(edited), wanted)
    assert.deepEqual(difference(sample, edited), expected)
  })
}
