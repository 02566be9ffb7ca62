import assert from 'node:assert/strict'
import { resolve, sep } from 'node:path'
import { test } from 'node:test'
import { handedWish, readWish } from './arguments.ts'

const here = resolve(sep, 'home', 'ada')

test('without an argument nothing is asked for', () => {
  assert.deepEqual(readWish(['rejot'], 1, here), { kind: 'nothing' })
  assert.deepEqual(readWish(['electron', '--no-sandbox', '.'], 2, here), { kind: 'nothing' })
})

test('--sample asks for the sample workspace wherever it stands', () => {
  assert.deepEqual(readWish(['rejot', '--sample'], 1, here), { kind: 'sample' })
  assert.deepEqual(readWish(['electron', '--no-sandbox', '.', '--sample'], 2, here), { kind: 'sample' })
  assert.deepEqual(readWish(['electron', '--sample', '.'], 2, here), { kind: 'sample' })
})

test('a path is the caller’s', () => {
  assert.deepEqual(readWish(['rejot', 'shop'], 1, here), { kind: 'open', path: resolve(here, 'shop') })
  const absolute = resolve(sep, 'srv', 'shop', 'rejot-manifest.json')
  assert.deepEqual(readWish(['electron', '--inspect=0', '.', absolute], 2, here), { kind: 'open', path: absolute })
})

test('the wish of a second start is taken over, and anything else asks for nothing', () => {
  assert.deepEqual(handedWish({ wish: { kind: 'open', path: 'shop' } }), { kind: 'open', path: 'shop' })
  for (const data of [
    undefined,
    null,
    1,
    {},
    { wish: 'sample' },
    { wish: { kind: 'open' } },
    { wish: { kind: 'open', path: '' } },
  ]) {
    assert.deepEqual(handedWish(data), { kind: 'nothing' }, JSON.stringify(data))
  }
})
