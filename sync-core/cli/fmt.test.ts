import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { goodManifest } from '../manifest/good-manifest.fixture.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

test('fmt --check tells what is not canonical and changes nothing; fmt changes it, once', async () => {
  const text = JSON.stringify(goodManifest(), undefined, 4).replaceAll('\n', '\r\n')
  const folder = await folderWith({ 'a.json': text })
  const path = join(folder, 'a.json')
  assert.deepEqual(await runCli(folder, ['fmt', '--check', 'a.json']), {
    code: 1,
    out: 'a.json: is not in canonical form: run "rejot fmt a.json"\n',
    err: '',
  })
  assert.equal(await readFile(path, 'utf8'), text)
  assert.deepEqual(await runCli(folder, ['fmt', 'a.json']), { code: 0, out: 'a.json: formatted\n', err: '' })
  const { mtimeNs } = await stat(path, { bigint: true })
  assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), goodManifest())
  const again = await runCli(folder, ['fmt', '--json', 'a.json'])
  assert.deepEqual([again.code, JSON.parse(again.out)], [0, { path, state: 'unchanged', problems: [] }])
  assert.equal((await stat(path, { bigint: true })).mtimeNs, mtimeNs)
})

test('fmt leaves what it cannot read and goes on with the others', async () => {
  const folder = await folderWith({ 'a.json': '{\n  "slug": "a",\n  "slug": "b"\n}', 'b.json': '{"slug":"b"}' })
  const { code, out } = await runCli(folder, ['fmt', 'a.json', 'lost.json', 'b.json'])
  assert.equal(code, 1)
  assert.deepEqual(out.split('\n'), [
    'a.json:3:3: error: The field "slug" is written twice',
    `lost.json:1:1: error: There is no manifest at ${join(folder, 'lost.json')}`,
    'b.json: formatted',
    '',
  ])
  assert.equal(await readFile(join(folder, 'b.json'), 'utf8'), '{\n  "slug": "b"\n}\n')
})
