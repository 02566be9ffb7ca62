import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { publishedFault } from '../../testing/published-format.ts'
import { goodManifest } from '../good-manifest.fixture.ts'
import { parseManifest } from '../parse-manifest.ts'
import { formatManifest, printManifest } from './format-manifest.ts'
import type { Json } from './json-value.ts'

const path = '/somewhere/rejot-manifest.json'
const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
const sample = read('assets/sample/rejot-manifest.json')
const reversed = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(reversed)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([name, field]) => [name, reversed(field ?? null)]),
        )
      : value

test('what is printed is read as it was meant, and validates in the published format', () => {
  const text = printManifest(goodManifest())
  assert.deepEqual(JSON.parse(text), goodManifest())
  const again = parseManifest(text, path, {}).readable
  assert.deepEqual(again, parseManifest(JSON.stringify(goodManifest()), path, {}).readable)
  assert.equal(publishedFault(text), undefined)
})

test('the order of fields in memory says nothing about the order in the file', () => {
  const fields = (text: string) => [...text.matchAll(/^ {0,6}"(\w+)"/gm)].map(([, name]) => name)
  const shuffled = printManifest(Object(reversed(goodManifest())))
  assert.deepEqual(fields(shuffled).slice(0, 5), ['slug', 'manifestVersion', 'connections', 'slug', 'config'])
  assert.equal(formatManifest(shuffled, path).text, shuffled)
})

test('printing twice changes nothing more, and loses nothing, whatever the JSON says', () => {
  const anything = fc.dictionary(
    fc.oneof(fc.constantFrom('slug', 'connections', 'publicSchemas', '__proto__', 'x-theirs'), fc.string()),
    fc.jsonValue({ maxDepth: 4 }),
  )
  fc.assert(
    fc.property(anything, fc.constantFrom(0, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent)
      const once = formatManifest(text, path).text ?? ''
      assert.deepEqual(JSON.parse(once), JSON.parse(text))
      assert.equal(formatManifest(once, path).text, once)
      assert.equal(once.includes('\r'), false)
    }),
    { numRuns: 2_000 },
  )
})

test('columns and unknown fields keep their order, numbers their digits', () => {
  const text = `{"x-theirs":1.50,"publicSchemas":[{"outputSchema":{"properties":{"b":{},"a":{"maximum":9007199254740993}}}}],"slug":"a"}`
  assert.equal(
    formatManifest(text, path).text,
    `{
  "slug": "a",
  "publicSchemas": [
    {
      "outputSchema": {
        "properties": {
          "b": {},
          "a": { "maximum": 9007199254740993 }
        }
      }
    }
  ],
  "x-theirs": 1.50
}
`,
  )
})

test('what cannot be printed without loss is not', () => {
  for (const text of ['{"slug":"a","slug":"b"}', '{"slug":', '\ufeff{}', '']) {
    const { text: printed, problems } = formatManifest(text, path)
    assert.equal(printed, undefined)
    assert.equal(problems.length, 1)
  }
})

test('the sample is printed as canonical', () => {
  assert.equal(formatManifest(sample, path).text, sample)
})
