import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeKeys, isBare, isPressed } from './keys.ts'

const press = (key: string, ...held: ('ctrl' | 'meta' | 'shift' | 'alt')[]) => ({
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
})

test('CmdOrCtrl is Ctrl here and ⌘ there, and never the other', () => {
  assert.equal(isPressed('CmdOrCtrl+K', press('k', 'ctrl'), 'linux'), true)
  assert.equal(isPressed('CmdOrCtrl+K', press('k', 'meta'), 'darwin'), true)
  assert.equal(isPressed('CmdOrCtrl+K', press('k', 'ctrl'), 'darwin'), false)
  assert.equal(isPressed('CmdOrCtrl+K', press('k', 'meta'), 'linux'), false)
})

test('Ctrl is Ctrl everywhere', () => {
  for (const platform of ['linux', 'darwin']) {
    assert.equal(isPressed('Ctrl+Tab', press('Tab', 'ctrl'), platform), true)
    assert.equal(isPressed('Ctrl+Tab', press('Tab', 'meta'), platform), false)
  }
})

test('modifiers must be the very ones', () => {
  assert.equal(isPressed('CmdOrCtrl+O', press('O', 'ctrl', 'shift'), 'linux'), false)
  assert.equal(isPressed('CmdOrCtrl+Shift+O', press('O', 'ctrl', 'shift'), 'linux'), true)
  assert.equal(isPressed('T', press('t', 'alt'), 'linux'), false)
  assert.equal(isPressed('Ctrl+Tab', press('Tab', 'ctrl', 'shift'), 'linux'), false)
})

test('a mark may need Shift on one keyboard and not on another', () => {
  assert.equal(isPressed('?', press('?', 'shift'), 'linux'), true)
  assert.equal(isPressed('/', press('/'), 'linux'), true)
  assert.equal(isPressed('+', press('+', 'shift'), 'linux'), true)
})

test('keys are named as each system names them', () => {
  assert.deepEqual(
    ['CmdOrCtrl+K', 'CmdOrCtrl+Shift+Return', 'Ctrl+Tab', '?'].map((keys) => describeKeys(keys, 'linux')),
    ['Ctrl K', 'Ctrl Shift ↵', 'Ctrl Tab', '?'],
  )
  assert.deepEqual(
    ['CmdOrCtrl+K', 'CmdOrCtrl+Shift+Return', 'Ctrl+Tab'].map((keys) => describeKeys(keys, 'darwin')),
    ['⌘K', '⇧⌘↵', '⌃Tab'],
  )
})

test('only a bare key belongs to a field that is typed in', () => {
  assert.deepEqual(['T', '?', 'CmdOrCtrl+K', 'Ctrl+Tab'].map(isBare), [true, true, false, false])
})
