import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { backwards, type FileChange, replaceFiles } from './replace-files.ts'

function threeFiles(): { readonly folder: string; readonly changes: readonly FileChange[] } {
  const folder = mkdtempSync(join(tmpdir(), 'rejot-replace-'))
  writeFileSync(join(folder, 'changed'), 'a')
  writeFileSync(join(folder, 'gone'), 'b')
  const changes = [
    { path: join(folder, 'changed'), before: 'a', after: 'A' },
    { path: join(folder, 'new'), before: undefined, after: 'N' },
    { path: join(folder, 'gone'), before: 'b', after: undefined },
  ]
  return { folder, changes }
}
const said = (folder: string) =>
  ['changed', 'new', 'gone'].map((name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : undefined,
  )

test('all files become what they are to be, and go back to what they were', async () => {
  const { folder, changes } = threeFiles()
  await replaceFiles(changes)
  assert.deepEqual(said(folder), ['A', 'N', undefined])
  await replaceFiles(changes.map(backwards).reverse())
  assert.deepEqual(said(folder), ['a', undefined, 'b'])
})

test('where the last of them was changed meanwhile, those before it are put back', async () => {
  const { folder, changes } = threeFiles()
  writeFileSync(join(folder, 'gone'), 'somebody wrote this')
  await assert.rejects(replaceFiles(changes), /changed meanwhile/)
  assert.deepEqual(said(folder), ['a', undefined, 'somebody wrote this'])
})
