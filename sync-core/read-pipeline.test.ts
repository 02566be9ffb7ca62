import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Problem } from './domain/manifest.ts'
import { goodManifest } from './manifest/good-manifest.fixture.ts'
import { loadPipeline } from './manifest/load-pipeline.ts'
import { formatManifest } from './manifest/print/format-manifest.ts'
import { readPipeline } from './read-pipeline.ts'
import { createRandom, type Random } from './testing/random.ts'

/* Manifests as nobody should write them: 10,000 that were whole before something happened to them. */

const secret = 'secret-7'
const variables = { REJOT_ACCOUNTS_DB_PASSWORD: secret, REJOT_BILLING_DB_PASSWORD: secret }
const paths = { first: '/team/a/rejot-manifest.json', second: '/team/b/rejot-manifest.json' }
const settingsPath = '/team/a/rejot-desktop.json'

const whole = {
  [paths.first]: JSON.stringify({ ...goodManifest(), workspaces: [] }, undefined, 2),
  [paths.second]: readFileSync(new URL('../assets/sample/rejot-manifest.json', import.meta.url), 'utf8'),
  [settingsPath]: JSON.stringify({
    connections: { 'accounts-db': { ssl: { mode: 'verify-ca', ca: 'ca.pem' }, environment: 'production' } },
    consumers: { 'consume-account': { onRefusal: 'halt' } },
    history: { days: 30 },
  }),
}

/** What a slip of the hand, a bad merge or another program leaves behind. */
const fragments = [
  ...['"', '{', '}', '[', ']', ',', ':', '\\', '\\u', '\u0000', '\ufeff', '\u2028', '😀', '\r\n', '//', '/*', '\ud800'],
  ...['null', 'true', '-1', '1e400', '9007199254740993', '""', '{}', '[]', '"__proto__": {},', '<<<<<<< HEAD\n'],
  ...['$1', ':id', ';', "'", '$$', '--', '/*', ' union select ', '(select ', ')', '__rejot_', '*', '"a"."b"'],
]

const values: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 2 ** 53, '', ' ', 'x', '*', '../..', '/', '\u0000', '@a/', 'toString', '__proto__'],
  ...['select', 'select 1', 'select $9 from account', 'select * from a; drop table a', 'with recursive'],
  ...[[], {}, [[]], [null], [7], { slug: 'x' }, { type: 'object' }, { key: ['id'] }, ['a', 'a']],
]

test('10,000 spoilt manifests are read, or told to be wrong at a place that is in them', async (t) => {
  const random = createRandom(20_261)
  const outcomes = { read: 0, refused: 0 }
  for (let turn = 0; turn < 10_000; turn++) {
    const files: Record<string, string> = { ...whole }
    const path = random.pick([paths.first, paths.first, paths.second, settingsPath])
    files[path] = spoilt(whole[path] ?? '', random)
    // Reading its SQL and printing it take most of the time, and mostly find it as it was.
    const wrong = await readSpoilt(files, path, turn % 8 === 0).catch((cause: unknown) => {
      throw new Error(`Manifest ${turn}, spoilt in ${path}: ${files[path]}`, { cause })
    })
    outcomes[wrong ? 'refused' : 'read'] += 1
  }
  t.diagnostic(JSON.stringify(outcomes))
  // Neither so little was done to them that nothing is wrong, nor so much that only the JSON is.
  assert.ok(outcomes.read > 500 && outcomes.refused > 5_000, JSON.stringify(outcomes))
})

/** Reads them, with `wholly` their SQL too, and returns whether there was an error. */
async function readSpoilt(files: Readonly<Record<string, string>>, path: string, wholly: boolean): Promise<boolean> {
  const read = wholly ? readPipeline : loadPipeline
  const { pipeline, problems } = await read([path === settingsPath ? paths.first : path], variables, {
    readFile: async (path) => files[path],
    borders: { rootOf: async () => '/', isInside: async () => true },
  })
  for (const problem of problems) expectPlace(problem, files[problem.file])
  assert.equal(JSON.stringify(problems).includes(secret), false)
  if (wholly) expectPrinted(path, files[path] ?? '')
  const wrong = problems.some(({ severity }) => severity === 'error')
  assert.ok(wrong || pipeline.manifests.length > 0)
  return wrong
}

/** Printed without loss and as it will stay, or not at all, for a reason. */
function expectPrinted(path: string, text: string): void {
  const once = formatManifest(text, path)
  for (const problem of once.problems) expectPlace(problem, text)
  assert.equal(once.text === undefined, once.problems.length > 0)
  if (once.text === undefined) return
  assert.deepEqual(JSON.parse(once.text), JSON.parse(text))
  assert.equal(formatManifest(once.text, path).text, once.text)
}

function expectPlace({ file, line, column, message }: Problem, text: string | undefined): void {
  const place = `${file}:${line}:${column}: ${message}`
  assert.ok(text !== undefined, place)
  const at = text.split(/\r\n|\n|\r/)[line - 1]
  assert.ok(at !== undefined && column >= 1 && column <= at.length + 1, place)
  assert.ok(message.length > 5 && !message.includes('\n'), place)
}

function spoilt(text: string, random: Random): string {
  let result = text
  // Mostly within what is still JSON: a text that is none is soon told.
  for (let count = random.upTo(3); count > 0; count--) {
    result = random.upTo(5) === 1 ? spoilText(result, random) : spoilValue(result, random)
  }
  return result
}

function spoilText(text: string, random: Random): string {
  const from = random.upTo(text.length + 1) - 1
  const to = Math.min(text.length, from + random.upTo(40))
  return random.pick([
    () => text.slice(0, from) + text.slice(to),
    () => text.slice(0, from),
    () => text.slice(0, to) + text.slice(from),
    () => text.slice(0, from) + random.pick(fragments) + text.slice(random.upTo(2) === 1 ? from : to),
    () => text.slice(0, from) + text.slice(from, to).split('').toReversed().join('') + text.slice(to),
    () => text.replaceAll('\n', '\r\n'),
  ])()
}

function spoilValue(text: string, random: Random): string {
  let root: unknown
  try {
    root = JSON.parse(text)
  } catch {
    return spoilText(text, random)
  }
  const places = placesIn(root)
  if (places.length === 0) return spoilText(text, random)
  const { parent, name } = random.pick(places)
  const other = random.pick(places)
  const was = Reflect.get(parent, name)
  random.pick([
    () => (Array.isArray(parent) ? parent.splice(Number(name), 1) : Reflect.deleteProperty(parent, name)),
    () => Object.assign(parent, { [name]: random.pick(values) }),
    () => Object.assign(parent, { [name]: structuredClone(Reflect.get(other.parent, other.name)) }),
    () => (Array.isArray(parent) ? parent.push(structuredClone(was)) : Object.assign(parent, { [`${name}s`]: was })),
    () => typeof was === 'string' && Object.assign(parent, { [name]: spoilText(was, random) }),
    () => typeof was === 'string' && Object.assign(parent, { [name]: spoilText(was, random) }),
  ])()
  return JSON.stringify(root, undefined, random.pick([0, 2, 2, '\t']))
}

interface PlaceInJson {
  readonly parent: object
  readonly name: string
}

function placesIn(value: unknown): readonly PlaceInJson[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => [{ parent: value, name }, ...placesIn(field)])
}
