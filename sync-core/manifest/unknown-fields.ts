import type { Node } from 'jsonc-parser'
import type { Problem } from '../domain/manifest.ts'
import { fieldsOf } from './fields.ts'
import { type JsonDocument, readJsonDocument, report } from './json-document.ts'
import { manifestShape, type Shape } from './print/canonical-order.ts'

/**
 * Fields that neither the published format nor this program knows: typing errors mostly, for those who want to hear of
 * them. Names that begin with `x-` are meant to be somebody's own. Nothing for a text that is no JSON.
 */
export function findUnknownFields(content: Uint8Array | string, path: string): readonly Problem[] {
  const { root, problems, ...document } = readJsonDocument(content, path)
  if (root === undefined || problems.length > 0) return []
  const found: JsonDocument = { ...document, root, problems: [] }
  look(found, root, manifestShape, 'this manifest')
  return found.problems
}

function look(document: JsonDocument, node: Node, { each, fields }: Shape, place: string): void {
  if (each !== undefined) for (const item of node.children ?? []) look(document, item, each, place)
  if (fields === undefined) return
  for (const { name, value } of fieldsOf(node)) {
    const shape = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (shape !== undefined) look(document, value, shape, `"${name}"`)
    else if (!name.startsWith('x-') && isClosed(fields)) {
      const close = Object.keys(fields).find((known) => isNear(known, name))
      const hint = close === undefined ? '' : `: did you mean "${close}"?`
      report(document, value.parent, `No field "${name}" is known in ${place}${hint}`, 'warning')
    }
  }
}

/** JSON Schema has many more words than its shape here names. */
function isClosed(fields: Readonly<Record<string, Shape>>): boolean {
  return !('x-rejot' in fields)
}

/** One letter more, less or other, two changed about, or other capitals. */
function isNear(known: string, name: string): boolean {
  const [a, b] = [known.toLowerCase(), name.toLowerCase()]
  if (a === b || [...a].toSorted().join('') === [...b].toSorted().join('')) return true
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start += 1
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1
  return Math.max(a.length, b.length) - start - end <= 1
}
