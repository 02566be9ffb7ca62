import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { iconPng, iconSizes, iconSvg } from './icons.ts'
import { projectDir } from './project.mjs'

const folder = join(projectDir, 'assets', 'icons')

test('the committed icons are the ones that are drawn', () => {
  assert.equal(readFileSync(join(folder, 'icon.svg'), 'utf8'), iconSvg())
  for (const size of iconSizes.filter((size) => size <= 128)) {
    const committed = readFileSync(join(folder, `${size}x${size}.png`))
    assert.ok(pixelsOf(committed).equals(pixelsOf(iconPng(size))), `${size}x${size}.png`)
  }
})

test('each icon has the size in its name', () => {
  for (const size of iconSizes) {
    const committed = readFileSync(join(folder, `${size}x${size}.png`))
    assert.deepEqual([committed.readUInt32BE(16), committed.readUInt32BE(20)], [size, size])
  }
})

/** Unpacked: compressed bytes may differ where the pictures do not. One data chunk stands after the header's. */
function pixelsOf(png: Buffer): Buffer {
  const start = 33
  return inflateSync(png.subarray(start + 8, start + 8 + png.readUInt32BE(start)))
}
