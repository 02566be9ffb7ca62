import type { Node } from 'jsonc-parser'
import { isJsonObject, type Json } from './json-value.ts'

/** How a text is laid out. */
export interface Layout {
  /** One level of indentation. */
  readonly indent: string
  readonly eol: '\n' | '\r\n'
}

export const canonicalLayout: Layout = { indent: '  ', eol: '\n' }

/** JSON to be printed: scalars as their text, so that a number keeps the digits that it was written with. */
export type JsonPart =
  | { readonly scalar: string }
  | { readonly list: readonly JsonPart[] }
  | { readonly fields: readonly JsonField[] }

export interface JsonField {
  readonly name: string
  readonly part: JsonPart
}

export function partOfValue(value: Json): JsonPart {
  if (Array.isArray(value)) return { list: value.map(partOfValue) }
  if (!isJsonObject(value)) return { scalar: JSON.stringify(value) }
  return {
    fields: Object.entries(value).flatMap(([name, field]) =>
      field === undefined ? [] : [{ name, part: partOfValue(field) }],
    ),
  }
}

/** The part of `text` that a node of its tree stands for. */
export function partOfNode(text: string, node: Node): JsonPart {
  const children = node.children ?? []
  if (node.type === 'array') return { list: children.map((item) => partOfNode(text, item)) }
  if (node.type === 'string') return { scalar: JSON.stringify(node.value) }
  if (node.type !== 'object') return { scalar: text.slice(node.offset, node.offset + node.length) }
  return {
    fields: children.flatMap(({ children: [name, value] = [] }) =>
      name === undefined || value === undefined ? [] : [{ name: String(name.value), part: partOfNode(text, value) }],
    ),
  }
}

/** The width of a line that formatters take unless told otherwise: Prettier and Biome leave what is printed here as it is. */
const lineWidth = 80

/** Where a part is to stand. */
export interface Spot {
  /** The indentation of the line that it begins in. */
  readonly base: string
  /** How many characters of that line stand before it. */
  readonly before: number
}

/**
 * A field or item on each line. A field's list of scalars, or object of such, stands in one line where it fits; without
 * a spot, and as an item of a list, an object never does.
 */
export function printPart(part: JsonPart, layout: Layout, spot?: Spot): string {
  if ('scalar' in part) return part.scalar
  const inline = printInline(part)
  const isList = 'list' in part
  if ((isList ? part.list : part.fields).length === 0) return inline
  // One more, because what follows is mostly a comma.
  if (spot !== undefined && isPlain(part) && spot.before + inline.length + 1 <= lineWidth) return inline
  const base = spot?.base ?? ''
  const deeper = base + layout.indent
  const lines = isList
    ? part.list.map((item) => deeper + printItem(item, layout, deeper))
    : part.fields.map((field) => deeper + printField(field, layout, deeper))
  const [open, close] = isList ? ['[', ']'] : ['{', '}']
  return [open, lines.join(`,${layout.eol}`), base + close].join(layout.eol)
}

/** An item of a list, in a line of its own with the indentation `base`. */
export function printItem(item: JsonPart, layout: Layout, base: string): string {
  const before = 'fields' in item ? lineWidth : base.length
  return printPart(item, layout, { base, before })
}

/** `"name": value`, in a line of its own with the indentation `base`. */
export function printField({ name, part }: JsonField, layout: Layout, base: string): string {
  const label = `${JSON.stringify(name)}: `
  return label + printPart(part, layout, { base, before: base.length + label.length })
}

/** A list of scalars, or an object that holds nothing else than scalars and such lists. */
function isPlain(part: JsonPart): boolean {
  if ('list' in part) return part.list.every((item) => 'scalar' in item)
  return 'fields' in part && part.fields.every(({ part: own }) => 'scalar' in own || ('list' in own && isPlain(own)))
}

/** All in one line. */
export function printInline(part: JsonPart): string {
  if ('scalar' in part) return part.scalar
  if ('list' in part) return `[${part.list.map(printInline).join(', ')}]`
  if (part.fields.length === 0) return '{}'
  return `{ ${part.fields.map((field) => printInlineField(field)).join(', ')} }`
}

export function printInlineField({ name, part }: JsonField): string {
  return `${JSON.stringify(name)}: ${printInline(part)}`
}
