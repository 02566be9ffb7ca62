import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSettings } from './settings.ts'

const freshPath = () => join(mkdtempSync(join(tmpdir(), 'rejot-settings-')), 'settings.json')

test('starts with the theme of the system and local time', () => {
  assert.deepEqual(openSettings(freshPath()).read(), { theme: 'system', timeZone: 'local', layout: {} })
})

test('a patch changes what it names, is kept, and is told', async () => {
  const path = freshPath()
  const book = openSettings(path)
  const told: string[] = []
  book.onChange((settings) => told.push(settings.theme))
  await book.write({ theme: 'dark' })
  await book.write({ timeZone: 'utc' })
  assert.deepEqual(openSettings(path).read(), { theme: 'dark', timeZone: 'utc', layout: {} })
  assert.deepEqual(told, ['dark', 'dark'])
})

test('two views keep their own part of the layout', async () => {
  const book = openSettings(freshPath())
  await book.write({ layout: { tree: 212 } })
  await book.write({ layout: { inspector: 312 } })
  assert.deepEqual(book.read().layout, { tree: 212, inspector: 312 })
})

test('a damaged file does not keep the window from opening', () => {
  const path = freshPath()
  writeFileSync(path, '{"theme":"plaid"}')
  assert.equal(openSettings(path).read().theme, 'system')
})
