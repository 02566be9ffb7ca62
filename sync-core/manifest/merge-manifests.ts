import { parse } from 'jsonc-parser'
import { editJson } from './print/edit-json.ts'
import { type Json, type JsonObject, listOf, objectOf } from './print/json-value.ts'
import { sameJson } from './print/same-json.ts'

/** A manifest's text in three states: where two people began, and what each made of it. */
export interface ManifestSides {
  readonly base: string
  readonly ours: string
  readonly theirs: string
}

/** A part that both changed, each in another way. */
export interface PartConflict {
  /** `publicSchemas/people@1`, `workspaces` */
  readonly id: string
  /** `public schema people@1` */
  readonly title: string
  /** As JSON, laid out; `undefined`: taken out. */
  readonly base: string | undefined
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

export interface MergedManifest {
  /** Our text, with what they changed; where a conflict is not decided, with our side of it. Theirs, where they were chosen in all. */
  readonly text: string
  /** All of them, decided or not. */
  readonly conflicts: readonly PartConflict[]
  /**
   * Definition files of what was decided, as the manifest names them, with the side whose file says what the text says.
   * One that defines parts of both sides is not among them.
   */
  readonly definitions: ReadonlyMap<string, Side>
}

export type Side = 'ours' | 'theirs'

/**
 * Puts two people's changes of a manifest together by what it is made of, a connection or a schema at a time, so that
 * nobody has to read markers in JSON. `choices` decides conflicts, by their ids. `undefined` when a side is no JSON object. Pure.
 */
export function mergeManifests(sides: ManifestSides, choices: ReadonlyMap<string, Side>): MergedManifest | undefined {
  const [base, ours, theirs] = [sides.base, sides.ours, sides.theirs].map(readObject)
  if (base === undefined || ours === undefined || theirs === undefined) return undefined
  const [was, mine, other] = [partsOf(base), partsOf(ours), partsOf(theirs)]
  const merged = new Map(mine)
  const conflicts: PartConflict[] = []
  for (const id of new Set([...mine.keys(), ...other.keys(), ...was.keys()])) {
    const [b, o, t] = [was.get(id), mine.get(id), other.get(id)]
    if (sameJson(o, t) || sameJson(b, t)) continue
    const isConflict = !sameJson(b, o)
    if (isConflict) conflicts.push({ id, title: titleOf(id), base: printed(b), ours: printed(o), theirs: printed(t) })
    if (isConflict && choices.get(id) !== 'theirs') continue
    if (t === undefined) merged.delete(id)
    else merged.set(id, t)
  }
  const decided = conflicts.filter(({ id }) => choices.has(id))
  const files = decided.flatMap(({ id }) => [definitionOf(mine.get(id)), definitionOf(other.get(id))])
  const whole = assemble(merged, ours, theirs)
  return {
    // Where all was decided for theirs, their text to the byte: nothing of ours is left.
    text:
      decided.length > 0 && sameJson(whole, theirs) && !sameJson(whole, ours)
        ? sides.theirs
        : editJson(sides.ours, whole),
    conflicts,
    definitions: new Map(
      files.flatMap((file): [string, Side][] => {
        if (file === undefined) return []
        const isOurs = saysTheSame(file, merged, mine)
        return isOurs === saysTheSame(file, merged, other) ? [] : [[file, isOurs ? 'ours' : 'theirs']]
      }),
    ),
  }
}

/** Whether all that a definition file defines in the one or the other is the same in both. */
function saysTheSame(file: string, merged: ReadonlyMap<string, Json>, side: ReadonlyMap<string, Json>): boolean {
  return [...new Set([...merged.keys(), ...side.keys()])].every((id) => {
    const [now, own] = [merged.get(id), side.get(id)]
    return (definitionOf(now) !== file && definitionOf(own) !== file) || sameJson(now, own)
  })
}

function definitionOf(part: Json | undefined): string | undefined {
  const { definitionFile } = objectOf(part)
  return typeof definitionFile === 'string' ? definitionFile : undefined
}

/** The lists of a manifest, by what names an entry in them, and what one is called. */
const lists: Readonly<Record<string, { readonly title: string; nameOf(entry: JsonObject): string }>> = {
  connections: { title: 'connection', nameOf: ({ slug }) => String(slug) },
  dataStores: { title: 'data store', nameOf: ({ connectionSlug }) => String(connectionSlug) },
  eventStores: { title: 'event store', nameOf: ({ connectionSlug }) => String(connectionSlug) },
  publicSchemas: { title: 'public schema', nameOf: ({ name, version }) => `${name}@${objectOf(version).major}` },
  consumerSchemas: { title: 'consumer schema', nameOf: ({ name }) => String(name) },
}

function isList(field: string): boolean {
  return Object.hasOwn(lists, field)
}

function partsOf(manifest: JsonObject): ReadonlyMap<string, Json> {
  return new Map(
    Object.entries(manifest).flatMap(([field, value]): [string, Json][] => {
      if (value === undefined) return []
      const { nameOf } = lists[field] ?? {}
      if (!isList(field) || nameOf === undefined) return [[field, value]]
      return listOf(value).map((entry) => [`${field}/${nameOf(objectOf(entry))}`, entry])
    }),
  )
}

/** Fields and entries in our order, theirs that are new behind. */
function assemble(parts: ReadonlyMap<string, Json>, ours: JsonObject, theirs: JsonObject): JsonObject {
  const fields = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
  return Object.fromEntries(
    fields.flatMap((field): [string, Json][] => {
      if (isList(field)) {
        return [[field, [...parts].flatMap(([id, entry]) => (id.startsWith(`${field}/`) ? [entry] : []))]]
      }
      const value = parts.get(field)
      return value === undefined ? [] : [[field, value]]
    }),
  )
}

function titleOf(id: string): string {
  const [field = '', ...name] = id.split('/')
  const list = lists[field]
  return list === undefined || name.length === 0 ? `field ${id}` : `${list.title} ${name.join('/')}`
}

function printed(part: Json | undefined): string | undefined {
  return part === undefined ? undefined : JSON.stringify(part, undefined, 2)
}

function readObject(text: string): JsonObject | undefined {
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}
