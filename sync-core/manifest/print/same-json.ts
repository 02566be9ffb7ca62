import { type Json, listOf, objectOf } from './json-value.ts'

/** Whether two values say the same, whatever the order of their fields. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (Array.isArray(a) || Array.isArray(b)) {
    const [one, other] = [listOf(a), listOf(b)]
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      one.length === other.length &&
      one.every((item, n) => sameJson(item, other[n]))
    )
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const [one, other] = [objectOf(a), objectOf(b)]
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => sameJson(one[name], other[name]))
}
