import { getNodeValue, type Node } from 'jsonc-parser'
import type { Json } from './json-value.ts'

/**
 * Which item of a list each wanted item is, changed or not; `undefined` in a place means a new one. Items are known by
 * what names them, so that one that is added at the front is not all of them changed. No answer at all where those that
 * stay would change places.
 */
export function alignLists(items: readonly Node[], wanted: readonly Json[]): readonly (Node | undefined)[] | undefined {
  const names = items.map((item) => nameOf(getNodeValue(item)))
  const wantedNames = wanted.map(nameOf)
  // What has no name, or not one of its own, is known by its place.
  if (!areUnique(names) || !areUnique(wantedNames)) return wanted.map((_, place) => items[place])
  const places = wantedNames.map((name) => names.indexOf(name))
  const staying = places.filter((place) => place !== -1)
  if (staying.some((place, index) => place < (staying[index - 1] ?? 0))) return undefined
  return pairRenamed(places, items.length).map((place) => items[place])
}

/** A new item that stands where one has gone is that one under another name: a version that was raised, say. */
function pairRenamed(places: readonly number[], count: number): readonly number[] {
  let last = -1
  return places.map((place, index) => {
    const nextStaying = places.slice(index).find((other) => other !== -1) ?? count
    if (place !== -1) last = place
    else if (last + 1 < nextStaying) last += 1
    else return -1
    return last
  })
}

/** Of a connection its slug, of a schema its name and version, of a transformation its operation and table, and so on. */
function nameOf(item: unknown): string | undefined {
  if (Array.isArray(item)) return undefined
  if (typeof item !== 'object' || item === null) return JSON.stringify(item)
  const fields: Readonly<Record<string, unknown>> = { ...item }
  const own = ['slug', 'connectionSlug', 'name', 'version', 'operation', 'table'].map((field) => fields[field])
  return own.every((field) => field === undefined) ? undefined : JSON.stringify(own)
}

function areUnique(names: readonly (string | undefined)[]): boolean {
  return !names.includes(undefined) && new Set(names).size === names.length
}
