import { findNodeAtLocation, getLocation, parseTree } from 'jsonc-parser'
import type { Problem } from '../domain/manifest.ts'
import { isJsonObject, type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { offsetAt, offsetInString } from '../manifest/text-place.ts'
import type { CollectedManifest, PlacedDefinition } from './collect-definitions.ts'
import type { DefinedSql } from './definition.ts'
import { findEntry } from './merge-definitions.ts'

/**
 * A problem that was found in a manifest with its definitions merged, at the place in the definition file that it comes
 * from. One that comes from nowhere else stays where it is.
 */
export function relocateProblem(problem: Problem, { path, text, filed }: CollectedManifest): Problem {
  if (problem.file !== path || filed.length === 0) return problem
  const offset = offsetAt(text, problem)
  const [list, index, ...rest] = getLocation(text, offset).path
  const manifest: Json = JSON.parse(text)
  if (!isJsonObject(manifest) || typeof list !== 'string' || typeof index !== 'number') return problem
  const entry = objectOf(listOf(manifest[list])[index])
  const own = filed.find((one) => findEntry(manifest, one) === listOf(manifest[list])[index])
  if (own === undefined) return problem
  const sql = sqlAt(own, entry, rest)
  if (sql === undefined) return { ...problem, file: own.file, ...own.definition.place }
  const position = positionIn(text, [list, index, ...rest], offset)
  return { ...problem, file: own.file, ...sql.placeOf(position) }
}

/** The definition's SQL that a path within its entry leads to. */
function sqlAt(
  { definition }: PlacedDefinition,
  entry: JsonObject,
  path: readonly (string | number)[],
): DefinedSql | undefined {
  const [, field, place] = path
  if (definition.kind === 'consumer schema') {
    return field === 'sql' ? definition.sql : field === 'deleteSql' ? definition.deleteSql : undefined
  }
  if (field !== 'transformations' || typeof place !== 'number') return undefined
  const { table } = objectOf(listOf(objectOf(entry.config).transformations)[place])
  return definition.transformations.find((one) => one.table === table)
}

/** The 1-based character of a definition's SQL that an offset in the manifest stands for; 1 outside of the SQL. */
function positionIn(text: string, path: readonly (string | number)[], offset: number): number {
  const root = parseTree(text)
  const field = path.at(-1) === 'sql' || path.at(-1) === 'deleteSql' ? path : [...path, 'sql']
  const node = root === undefined ? undefined : findNodeAtLocation(root, [...field])
  if (node?.type !== 'string' || offset < node.offset) return 1
  const sql = String(node.value)
  let position = 1
  while (position < sql.length && offsetInString(text, node.offset, position) < offset) position += 1
  // The manifest's own copy may begin with blanks that the file's does not.
  return Math.max(1, position - (sql.length - sql.trimStart().length))
}
