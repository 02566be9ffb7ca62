/** A part of a chart: as high as it is, drawn from 0 downwards. */
export interface Drawing {
  readonly height: number
  readonly svg: string
}

export const chartWidth = 880

type Attributes = Readonly<Record<string, string | number>>

/** An element; numbers are cut to tenths, contents are taken as they are. */
export function element(name: string, attributes: Attributes, contents = ''): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(rounded(value)))}"`)
  return contents === '' ? `<${name}${list.join('')}/>` : `<${name}${list.join('')}>${contents}</${name}>`
}

/** A line of text at its base line; `className` gives it colour and weight. */
export function label(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(content))
}

export function line(from: readonly [number, number], to: readonly [number, number], className: string): string {
  return element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: className })
}

export function moved(y: number, contents: string): string {
  return element('g', { transform: `translate(0 ${y})` }, contents)
}

/** `57 k`, `1.2 M`, `830`. */
export function short(value: number): string {
  if (value >= 1_000_000) return `${trimmed(value / 1_000_000)} M`
  return value >= 1_000 ? `${trimmed(value / 1_000)} k` : trimmed(value)
}

function trimmed(value: number): string {
  return value >= 10 ? value.toFixed(0) : String(Number(value.toFixed(1)))
}

function rounded(value: string | number): string | number {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
