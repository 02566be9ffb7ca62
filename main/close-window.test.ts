import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Closing, decideClose } from './close-window.ts'

const syncing: Closing = {
  drained: false,
  engine: 'running',
  trayPossible: true,
  trayExplained: true,
  platform: 'linux',
}

test('a running sync stays in the tray, after this was said once', () => {
  assert.equal(decideClose({ ...syncing, trayExplained: false }), 'ask')
  assert.equal(decideClose(syncing), 'close')
  assert.equal(decideClose({ ...syncing, engine: 'restarting' }), 'close')
})

test('where there is no tray a closed window would be gone for good, so the program ends', () => {
  assert.equal(decideClose({ ...syncing, trayPossible: false }), 'quit')
})

test('without a sync the program ends with its window, but on macOS, where programs stay', () => {
  assert.equal(decideClose({ ...syncing, engine: 'idle' }), 'quit')
  assert.equal(decideClose({ ...syncing, engine: 'failed' }), 'quit')
  assert.equal(decideClose({ ...syncing, engine: 'idle', platform: 'darwin' }), 'close')
})

test('after the drain nothing holds the window', () => {
  assert.equal(decideClose({ ...syncing, drained: true, trayPossible: false, trayExplained: false }), 'close')
})
