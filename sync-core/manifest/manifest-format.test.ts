import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { at, goodManifest } from './good-manifest.fixture.ts'
import { manifestJsonSchema } from './manifest-format.ts'
import { parseManifest } from './parse-manifest.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const shipped = read('assets/rejot-manifest.schema.json')
const format = z.fromJSONSchema(JSON.parse(shipped))

test('the schema that ships is the one that this version has: rejot schema > assets/rejot-manifest.schema.json', () => {
  assert.equal(shipped, `${JSON.stringify(manifestJsonSchema(), undefined, 2)}\n`)
})

test('good manifests hold to it, with $schema and fields that nobody knows', () => {
  const own = { $schema: './rejot-manifest.schema.json', ...goodManifest(), 'x-theirs': 1 }
  for (const manifest of [own, JSON.parse(read('assets/sample/rejot-manifest.json'))]) {
    assert.equal(format.safeParse(manifest).error, undefined)
  }
})

type Change = (manifest: ReturnType<typeof goodManifest>) => void
const wrong: readonly (readonly [what: string, change: Change])[] = [
  ['no slug', (m) => Reflect.deleteProperty(m, 'slug')],
  ['a slug with blanks', (m) => Object.assign(m, { slug: 'Crm Team' })],
  ['a port that is text', (m) => Object.assign(at(m, 'connections', 0, 'config'), { port: '5432' })],
  ['another database', (m) => Object.assign(at(m, 'connections', 0, 'config'), { connectionType: 'oracle' })],
  ['a slot with capitals', (m) => Object.assign(at(m, 'dataStores', 0, 'config'), { slotName: 'Slot' })],
  ['half a version', (m) => Object.assign(at(m, 'publicSchemas', 0, 'version'), { minor: 0.5 })],
  ['a key without columns', (m) => Object.assign(at(m, 'publicSchemas', 0, 'outputSchema', 'x-rejot'), { key: [] })],
  ['no transformation', (m) => Object.assign(at(m, 'publicSchemas', 0, 'config'), { transformations: [] })],
  ['empty SQL', (m) => Object.assign(at(m, 'consumerSchemas', 0, 'config'), { sql: '' })],
]
for (const [what, change] of wrong) {
  test(`an editor marks ${what}`, () => {
    const manifest = goodManifest()
    change(manifest)
    assert.notEqual(format.safeParse(manifest).error, undefined)
  })
}

/** Every place of a JSON value. */
function placesIn(value: unknown): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const step = Array.isArray(value) ? Number(name) : name
    return [[step], ...placesIn(field).map((place) => [step, ...place])]
  })
}

test('it marks nothing that the program reads', () => {
  const places = placesIn(goodManifest())
  const other = fc.oneof(fc.constantFrom('', 'x', 0, 7, -1, 1.5, true, null, 'postgres'), fc.jsonValue({ maxDepth: 2 }))
  const change = fc.record({ place: fc.constantFrom(...places), value: fc.option(other, { nil: undefined }) })
  let taken = 0
  fc.assert(
    fc.property(change, ({ place, value }) => {
      const manifest = goodManifest()
      const parent = at(manifest, ...place.slice(0, -1))
      const field = place.at(-1) ?? ''
      if (value === undefined && typeof field === 'string') Reflect.deleteProperty(parent, field)
      else Reflect.set(parent, field, value ?? null)
      const { problems } = parseManifest(JSON.stringify(manifest), '/rejot-manifest.json', {})
      if (problems.some(({ severity }) => severity === 'error')) return
      const { error } = format.safeParse(JSON.parse(JSON.stringify(manifest)))
      assert.equal(error?.message, undefined, JSON.stringify({ place, value }))
      taken += 1
    }),
    { numRuns: 3_000 },
  )
  assert.ok(taken > 100)
})
