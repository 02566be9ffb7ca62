import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { goodManifest } from '../manifest/good-manifest.fixture.ts'
import { folderWith, runCli } from './run-cli.fixture.ts'

test('a manifest names the schema beside it, is read with it, and keeps it when it is formatted', async () => {
  const manifest = { $schema: './rejot-manifest.schema.json', ...goodManifest(), workspaces: [] }
  const folder = await folderWith({ 'a.json': JSON.stringify(manifest) })
  const { code, out } = await runCli(folder, ['schema'])
  assert.equal(code, 0)
  await writeFile(join(folder, 'rejot-manifest.schema.json'), out)
  assert.match(JSON.parse(out).$schema, /draft-07/)
  assert.equal((await runCli(folder, ['validate', 'a.json'])).code, 0)
  await runCli(folder, ['fmt', 'a.json'])
  const text = await readFile(join(folder, 'a.json'), 'utf8')
  assert.ok(text.startsWith('{\n  "$schema": "./rejot-manifest.schema.json",\n  "slug"'))
})
