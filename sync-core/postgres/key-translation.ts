import type { PreparedTransformation } from '../domain/source.ts'
import type { SourceKey } from '../domain/source-transaction.ts'
import type { SourceTable } from './describe-table.ts'
import type { OutputColumn } from './payload-sql.ts'

type KeyTranslation = Required<Pick<PreparedTransformation, 'publicKeyOf' | 'sourceKeyOf'>>

/** Types whose JSON form we can write exactly as the server's `json_build_array` does. */
const bare: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint'])
const quoted: ReadonlySet<string> = new Set(['text', 'character varying', 'uuid'])

/**
 * Turns source keys into public row keys and back, for a transformation whose key provably is its source key; no
 * lineage has to be kept then. `undefined` where a type's text is not certain, or where an argument is not in the key.
 *
 * @param places for each key column the place of its source column in the table's identity
 */
export function keyTranslation(
  key: readonly OutputColumn[],
  places: readonly number[],
  source: SourceTable,
  argColumns: readonly string[],
): KeyTranslation | undefined {
  if (key.some((column) => !bare.has(column.type) && !quoted.has(column.type))) return undefined
  const argPlaces = argColumns.map((column) => source.identity.indexOf(column))
  if (argPlaces.includes(-1)) return undefined
  const isBare = key.map((column) => bare.has(column.type))
  const isOneNumber = isBare.length === 1 && isBare[0] === true && source.identity.length === 1
  return {
    publicKeyOf(sourceKey) {
      // `["7"]`: most keys are one whole number, and this is asked for every row.
      if (isOneNumber) return `[${sourceKey.slice(2, -2)}]`
      const identity = JSON.parse(sourceKey) as string[]
      const members = places.map((place, column) => {
        const value = identity[place] ?? ''
        return isBare[column] ? value : JSON.stringify(value)
      })
      return `[${members.join(', ')}]`
    },
    sourceKeyOf(publicKey): SourceKey {
      const values = parseKeyValues(publicKey)
      const identity: string[] = []
      places.forEach((place, column) => {
        identity[place] = values[column] ?? ''
      })
      return { id: JSON.stringify(identity), args: argPlaces.map((place) => identity[place] ?? null) }
    },
  }
}

/** Numbers keep their own digits: a bigint does not fit a JavaScript number. */
function parseKeyValues(publicKey: string): readonly string[] {
  const keepDigits = (_key: string, value: unknown, context: { source?: string }): unknown =>
    typeof value === 'number' ? (context.source ?? String(value)) : value
  // The third argument of the reviver is newer than the type definitions.
  return JSON.parse(publicKey, keepDigits as (key: string, value: unknown) => unknown) as string[]
}
