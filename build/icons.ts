import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Color, encodePng } from './encode-png.ts'
import { projectDir } from './project.mjs'

/**
 * The program's mark: rows flow to the right between two data stores. Drawn here from a few shapes, as SVG and as PNGs
 * of all sizes, so that the same bytes come out on every machine. `node build/icons.ts` writes them to `assets/icons`.
 */
const canvas = 1024
const accent: Color = [0x0a, 0x5d, 0xcc]
const white: Color = [0xff, 0xff, 0xff]
const line: Color = [0xd5, 0xd9, 0xe1]

export const iconSizes: readonly number[] = [16, 24, 32, 48, 64, 128, 256, 512, 1024]

type Shape =
  | {
      readonly kind: 'block'
      readonly x: number
      readonly y: number
      readonly w: number
      readonly h: number
      readonly r: number
      readonly fill: Color
    }
  | {
      readonly kind: 'arrowhead'
      readonly x: number
      readonly y: number
      readonly w: number
      readonly h: number
      readonly fill: Color
    }

const shapes: readonly Shape[] = [
  { kind: 'block', x: 32, y: 32, w: 960, h: 960, r: 216, fill: line },
  { kind: 'block', x: 48, y: 48, w: 928, h: 928, r: 200, fill: white },
  { kind: 'block', x: 176, y: 256, w: 128, h: 512, r: 48, fill: accent },
  { kind: 'block', x: 720, y: 256, w: 128, h: 512, r: 48, fill: accent },
  ...[400, 624].flatMap((y): readonly Shape[] => [
    { kind: 'block', x: 368, y: y - 32, w: 208, h: 64, r: 32, fill: accent },
    { kind: 'arrowhead', x: 544, y: y - 88, w: 120, h: 176, fill: accent },
  ]),
]

/** The mark as SVG. */
export function iconSvg(): string {
  const body = shapes.map((shape) => `  ${svgOf(shape)}\n`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${canvas} ${canvas}">\n  <title>ReJot Desktop</title>\n${body}</svg>\n`
}

/** The mark as PNG, `size` pixels wide and high, smooth at its edges. */
export function iconPng(size: number): Buffer {
  const samples = size >= 256 ? 4 : 8
  const pixels = Buffer.alloc(size * size * 4)
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) paint(pixels, { row, column, size, samples })
  }
  return encodePng(pixels, size)
}

interface Spot {
  readonly row: number
  readonly column: number
  readonly size: number
  readonly samples: number
}

/** A pixel is the mean of what lies at evenly spread points in it. */
function paint(pixels: Buffer, { row, column, size, samples }: Spot): void {
  const sum = [0, 0, 0]
  let covered = 0
  for (let i = 0; i < samples * samples; i += 1) {
    const x = ((column + ((i % samples) + 0.5) / samples) * canvas) / size
    const y = ((row + (Math.floor(i / samples) + 0.5) / samples) * canvas) / size
    const fill = shapes.findLast((shape) => contains(shape, x, y))?.fill
    if (fill === undefined) continue
    covered += 1
    fill.forEach((part, channel) => {
      sum[channel] = (sum[channel] ?? 0) + part
    })
  }
  if (covered === 0) return
  const at = (row * size + column) * 4
  sum.forEach((part, channel) => {
    pixels[at + channel] = Math.round(part / covered)
  })
  pixels[at + 3] = Math.round((255 * covered) / (samples * samples))
}

function contains(shape: Shape, x: number, y: number): boolean {
  const { w, h } = shape
  const fromLeft = x - shape.x
  const fromTop = y - shape.y
  if (fromLeft < 0 || fromTop < 0 || fromLeft > w || fromTop > h) return false
  if (shape.kind === 'arrowhead') return Math.abs(fromTop - h / 2) / (h / 2) <= 1 - fromLeft / w
  // Distance to the inner rectangle that the rounded one is drawn around.
  const dx = Math.max(shape.r - fromLeft, fromLeft - (w - shape.r), 0)
  const dy = Math.max(shape.r - fromTop, fromTop - (h - shape.r), 0)
  return dx * dx + dy * dy <= shape.r * shape.r
}

function svgOf(shape: Shape): string {
  const { x, y, w, h } = shape
  const fill = `#${shape.fill.map((part) => part.toString(16).padStart(2, '0')).join('')}`
  if (shape.kind === 'arrowhead') return `<path d="M${x} ${y}l${w} ${h / 2}l${-w} ${h / 2}z" fill="${fill}"/>`
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="${shape.r}" fill="${fill}"/>`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = join(projectDir, 'assets', 'icons')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'icon.svg'), iconSvg())
  for (const size of iconSizes) writeFileSync(join(folder, `${size}x${size}.png`), iconPng(size))
}
