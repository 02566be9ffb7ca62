import assert from 'node:assert/strict'
import { test } from 'node:test'
import { minimumSize, placeWindow } from './window-memory.ts'

const left = { x: 0, y: 0, width: 1920, height: 1080 }
const right = { x: 1920, y: 0, width: 2560, height: 1440 }

test('the first window stands in the middle of the first screen', () => {
  assert.deepEqual(placeWindow(undefined, [left, right]), { x: 240, y: 90, width: 1440, height: 900 })
})

test('a window opens where it was, on the second screen too', () => {
  const was = { x: 2000, y: 40, width: 1200, height: 800 }
  assert.deepEqual(placeWindow(was, [left, right]), was)
})

test('a window whose screen is gone comes back to the middle of the first one', () => {
  const was = { x: 2000, y: 40, width: 1200, height: 800 }
  assert.deepEqual(placeWindow(was, [left]), { x: 360, y: 140, width: 1200, height: 800 })
})

test('a window whose title bar is above the screen is brought back', () => {
  assert.equal(placeWindow({ x: 10, y: -60, width: 1200, height: 800 }, [left]).y >= 0, true)
})

test('a window is never larger than the screen nor smaller than it can be used', () => {
  assert.deepEqual(placeWindow({ x: 0, y: 0, width: 9000, height: 9000 }, [left]), {
    x: 0,
    y: 0,
    width: 1920,
    height: 1080,
  })
  const tiny = placeWindow({ x: 0, y: 0, width: 10, height: 10 }, [left])
  assert.deepEqual([tiny.width, tiny.height], [minimumSize.width, minimumSize.height])
})
