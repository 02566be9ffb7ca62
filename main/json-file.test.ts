import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { createJsonFile } from './json-file.ts'

const schema = z.object({ count: z.number() })
const folder = () => mkdtempSync(join(tmpdir(), 'rejot-json-file-'))

test('a missing file counts as the fallback', () => {
  assert.deepEqual(createJsonFile(join(folder(), 'a.json'), schema, { count: 1 }).read(), { count: 1 })
})

test('a damaged or foreign file counts as the fallback', () => {
  for (const text of ['', '{"count":', '{"count":"many"}', 'null']) {
    const path = join(folder(), 'a.json')
    writeFileSync(path, text)
    assert.deepEqual(createJsonFile(path, schema, { count: 1 }).read(), { count: 1 }, text)
  }
})

test('what was written last is what the next start reads, and no draft stays behind', async () => {
  const place = join(folder(), 'deep')
  const path = join(place, 'a.json')
  const file = createJsonFile(path, schema, { count: 0 })
  await Promise.all([1, 2, 3, 4, 5].map((count) => file.write({ count })))
  assert.deepEqual(createJsonFile(path, schema, { count: 0 }).read(), { count: 5 })
  assert.deepEqual(readdirSync(place), ['a.json'])
  assert.equal(readFileSync(path, 'utf8').endsWith('}\n'), true)
})

test('a write that fails is told to its caller and does not spoil the next one', async () => {
  const place = folder()
  const blocked = join(place, 'blocked')
  writeFileSync(blocked, 'a file where a folder is wanted')
  const file = createJsonFile(join(blocked, 'a.json'), schema, { count: 0 })
  await assert.rejects(file.write({ count: 1 }))
  assert.deepEqual(file.read(), { count: 1 })
})
