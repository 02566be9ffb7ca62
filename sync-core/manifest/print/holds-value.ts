import type { Node } from 'jsonc-parser'
import { isJsonObject, type Json } from './json-value.ts'

/** Whether a node says this value. The order of fields says nothing. */
export function holdsValue(node: Node, value: Json): boolean {
  if (Array.isArray(value)) {
    const items = node.children ?? []
    return (
      node.type === 'array' && items.length === value.length && items.every((item, n) => holdsValue(item, value[n]))
    )
  }
  if (!isJsonObject(value)) return isScalar(node) && node.value === value
  const properties = node.type === 'object' ? (node.children ?? []) : undefined
  const wanted = Object.entries(value).filter(([, field]) => field !== undefined)
  return (
    properties?.length === wanted.length &&
    properties.every(({ children: [name, field] = [] }) => {
      const known = Object.hasOwn(value, String(name?.value)) ? value[String(name?.value)] : undefined
      return field !== undefined && known !== undefined && holdsValue(field, known)
    })
  )
}

function isScalar(node: Node): boolean {
  return node.type !== 'array' && node.type !== 'object'
}
