import { applyEdits, type Edit, type Node, parseTree } from 'jsonc-parser'
import { alignLists } from './align-lists.ts'
import { detectLayout, indentationAt } from './detect-layout.ts'
import { holdsValue } from './holds-value.ts'
import { isJsonObject, type Json } from './json-value.ts'
import {
  type JsonField,
  type Layout,
  partOfValue,
  printField,
  printInline,
  printInlineField,
  printItem,
  printPart,
} from './print-json.ts'

/**
 * The same text, saying `wanted`. What says so already stays as it is written, byte by byte: order, layout, line ends
 * and the digits of numbers. `text` must be JSON without repeated fields, as `readJsonDocument` takes it without a
 * problem. Pure.
 */
export function editJson(text: string, wanted: Json): string {
  const root = parseTree(text)
  if (root === undefined) throw new Error('Cannot edit a text that is no JSON')
  const edits: Edit[] = []
  changeValue({ text, layout: detectLayout(text), edits }, root, wanted)
  return applyEdits(text, edits)
}

interface Editing {
  readonly text: string
  readonly layout: Layout
  readonly edits: Edit[]
}

function changeValue(editing: Editing, node: Node, wanted: Json): void {
  if (holdsValue(node, wanted)) return
  if (node.type === 'array' && Array.isArray(wanted)) changeList(editing, node, wanted)
  else if (node.type === 'object' && isJsonObject(wanted)) changeFields(editing, node, wanted)
  else replace(editing, node, wanted)
}

/** What a list or object holds afterwards: a child that stays, with its new value, or a new one. */
interface Place {
  /** The item, or the whole property. */
  readonly kept?: Node | undefined
  readonly value: Json
  /** Of a property. */
  readonly name?: string
}

function changeFields(editing: Editing, node: Node, wanted: { readonly [name: string]: Json | undefined }): void {
  const children = node.children ?? []
  const places = Object.entries(wanted).flatMap<Place>(([name, value]) => {
    if (value === undefined) return []
    return [{ kept: children.find((property) => property.children?.[0]?.value === name), value, name }]
  })
  changeChildren(editing, node, places, wanted)
}

function changeList(editing: Editing, node: Node, wanted: readonly Json[]): void {
  const kept = alignLists(node.children ?? [], wanted)
  if (kept === undefined) {
    replace(editing, node, wanted)
    return
  }
  const places = wanted.map((value, index) => ({ kept: kept[index], value }))
  changeChildren(editing, node, places, wanted)
}

function changeChildren(editing: Editing, node: Node, places: readonly Place[], wanted: Json): void {
  const children = node.children ?? []
  const staying = new Set(places.flatMap(({ kept }) => (kept === undefined ? [] : [kept])))
  const first = children.find((child) => staying.has(child))
  if (first === undefined) {
    replace(editing, node, wanted)
    return
  }
  removeChildren(editing, children, staying)
  let before: Node | undefined
  for (const place of places) {
    if (place.kept === undefined) insert(editing, node, place, { before, first })
    else {
      before = place.kept
      const value = place.name === undefined ? place.kept : place.kept.children?.[1]
      if (value !== undefined) changeValue(editing, value, place.value)
    }
  }
}

/** Each goes with the comma that parts it from what stays. */
function removeChildren({ edits }: Editing, children: readonly Node[], staying: ReadonlySet<Node>): void {
  let anyBefore = false
  for (const [index, child] of children.entries()) {
    const previous = children[index - 1]
    const next = children[index + 1]
    if (staying.has(child)) anyBefore = true
    else if (anyBefore && previous !== undefined) edits.push(cut(endOf(previous), endOf(child)))
    else if (next !== undefined) edits.push(cut(child.offset, next.offset))
  }
}

interface Neighbours {
  /** The child that it follows, if one that stays stands before it. */
  readonly before: Node | undefined
  /** The first child that stays. */
  readonly first: Node
}

function insert({ text, layout, edits }: Editing, parent: Node, place: Place, { before, first }: Neighbours): void {
  const oneLine = !text.slice(parent.offset, parent.children?.[0]?.offset).includes('\n')
  const base = indentationAt(text, first.offset)
  const printed = oneLine ? inlineText(place) : blockText(place, layout, base)
  const gap = oneLine ? ' ' : layout.eol + base
  if (before === undefined) edits.push({ offset: first.offset, length: 0, content: `${printed},${gap}` })
  else edits.push({ offset: endOf(before), length: 0, content: `,${gap}${printed}` })
}

function inlineText(place: Place): string {
  const field = fieldOf(place)
  return field === undefined ? printInline(partOfValue(place.value)) : printInlineField(field)
}

function blockText(place: Place, layout: Layout, base: string): string {
  const field = fieldOf(place)
  return field === undefined ? printItem(partOfValue(place.value), layout, base) : printField(field, layout, base)
}

function fieldOf({ name, value }: Place): JsonField | undefined {
  return name === undefined ? undefined : { name, part: partOfValue(value) }
}

function replace({ text, layout, edits }: Editing, node: Node, wanted: Json): void {
  const part = partOfValue(wanted)
  const base = indentationAt(text, node.offset)
  const before = node.offset - (text.lastIndexOf('\n', node.offset - 1) + 1)
  const content =
    node.parent?.type === 'array' ? printItem(part, layout, base) : printPart(part, layout, { base, before })
  edits.push({ offset: node.offset, length: node.length, content })
}

function cut(from: number, to: number): Edit {
  return { offset: from, length: to - from, content: '' }
}

function endOf(node: Node): number {
  return node.offset + node.length
}
