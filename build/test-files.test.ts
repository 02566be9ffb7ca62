import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findTestFiles, longest } from './test-files.ts'

test('begins with the files that take longest, all of which are there', () => {
  assert.deepEqual(findTestFiles([]).plain.slice(0, longest.length), longest)
})

test('finds each file once, and those of the window apart', () => {
  const { plain, window } = findTestFiles([])
  assert.equal(new Set([...plain, ...window]).size, plain.length + window.length)
  assert.ok(plain.includes('build/test-files.test.ts'))
  assert.ok(window.length > 0 && window.every((file) => file.endsWith('.window.test.ts')))
})

test('finds what a pattern names, and nothing else', () => {
  assert.deepEqual(findTestFiles(['build/test-files.']), { plain: ['build/test-files.test.ts'], window: [] })
})
