import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { publishedFault } from '../../sync-core/testing/published-format.ts'
import { Refusal } from '../ipc/refusal.ts'
import { createManifest, slugOf } from './create-manifest.ts'
import { findManifest } from './find-manifest.ts'
import { openRecentList } from './recent.ts'
import { readSecrets } from './secrets.ts'
import { stateFolder } from './state-folder.ts'
import { watchFiles } from './watch-files.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'rejot-workspace-'))
const summary = (path: string) => ({ path, name: path, folder: path, sample: false, openedAt: 1 })

test('a folder means the manifest in it, a file means itself', async () => {
  const place = folder()
  const manifest = await createManifest(place)
  assert.equal(await findManifest(place), manifest)
  assert.equal(await findManifest(manifest), manifest)
})

test('a folder without a manifest and a path that is not there are refused in words', async () => {
  await assert.rejects(
    findManifest(folder()),
    (error) => error instanceof Refusal && /holds no rejot-manifest.json/.test(error.message),
  )
  await assert.rejects(
    findManifest(join(folder(), 'gone')),
    (error) => error instanceof Refusal && /it is not there/.test(error.message),
  )
  await assert.rejects(findManifest('relative'), Refusal)
})

test('a new workspace is an empty manifest with a slug made of the folder’s name', async () => {
  const place = join(folder(), 'Größe & Shop')
  mkdirSync(place)
  const written = JSON.parse(readFileSync(await createManifest(place), 'utf8'))
  assert.deepEqual([written.slug, written.manifestVersion, written.connections], [slugOf('Größe & Shop'), 1, []])
  assert.match(written.slug, /^[a-z0-9-]+$/)
})

test('a new workspace names the JSON Schema of its repository where there is one, and none from outside', async () => {
  const outside = folder()
  const repository = join(outside, 'shop')
  const [deep, beside] = [join(repository, 'data', 'crm'), join(repository, 'billing')]
  for (const place of [join(repository, '.git'), deep, beside]) mkdirSync(place, { recursive: true })
  const schema = readFileSync(new URL('../../assets/rejot-manifest.schema.json', import.meta.url))
  const named = async (place: string) => {
    const path = await createManifest(place)
    const text = readFileSync(path, 'utf8')
    assert.equal(publishedFault(text), undefined)
    const { $schema } = JSON.parse(text)
    if ($schema !== undefined) assert.deepEqual(readFileSync(join(place, $schema)), schema)
    return $schema
  }
  writeFileSync(join(outside, 'rejot-manifest.schema.json'), schema)
  assert.equal(await named(repository), undefined)
  writeFileSync(join(repository, 'rejot-manifest.schema.json'), schema)
  assert.equal(await named(deep), '../../rejot-manifest.schema.json')
  writeFileSync(join(beside, 'rejot-manifest.schema.json'), schema)
  assert.equal(await named(beside), './rejot-manifest.schema.json')
})

test('a manifest that is there is never replaced', async () => {
  const place = folder()
  const path = join(place, 'rejot-manifest.json')
  writeFileSync(path, 'mine')
  await assert.rejects(createManifest(place), Refusal)
  assert.equal(readFileSync(path, 'utf8'), 'mine')
})

test('recent workspaces: the latest first, each once, at most twelve, forgotten on demand, kept over a restart', async () => {
  const path = join(folder(), 'recent.json')
  const list = openRecentList(path)
  for (let i = 0; i < 15; i++) await list.add(summary(`w${i}`))
  await list.add(summary('w10'))
  await list.forget('w12')
  const paths = openRecentList(path)
    .read()
    .map((entry) => entry.path)
  assert.deepEqual(paths, ['w10', 'w14', 'w13', 'w11', 'w9', 'w8', 'w7', 'w6', 'w5', 'w4', 'w3'])
})

test('a damaged list is an empty one', () => {
  const path = join(folder(), 'recent.json')
  writeFileSync(path, '[{"path":')
  assert.deepEqual(openRecentList(path).read(), [])
})

test('workspaces of the same name in different places have different state folders', () => {
  const a = stateFolder('state', join('a', 'shop', 'rejot-manifest.json'))
  const b = stateFolder('state', join('b', 'shop', 'rejot-manifest.json'))
  assert.notEqual(a, b)
  assert.match(a, /shop-[0-9a-f]{12}$/)
})

test('only names beginning REJOT_ are handed to manifests', () => {
  assert.deepEqual(readSecrets({ REJOT_A_PASSWORD: 'x', PATH: '/bin', AWS_SECRET: 'y', REJOT_B: undefined }), {
    REJOT_A_PASSWORD: 'x',
  })
})

test('a file that is replaced, as editors do, is noticed', async () => {
  const place = folder()
  const path = join(place, 'a.json')
  writeFileSync(path, '1')
  const noticed = Promise.withResolvers<void>()
  const stop = watchFiles([path], 5, () => noticed.resolve())
  writeFileSync(`${path}.draft`, '2')
  renameSync(`${path}.draft`, path)
  await noticed.promise
  stop()
})
