import type { Version } from '../domain/public-schema.ts'
import type { JsonObject } from '../manifest/print/json-value.ts'
import type { TextPlace } from '../manifest/text-place.ts'

/** SQL as a definition file says it, without blanks and semicolon at its ends. */
export interface DefinedSql {
  readonly sql: string
  /** Where a 1-based character of it stands in the file. */
  readonly placeOf: (position: number) => TextPlace
}

/** A column, as a line of a SQL file says it: by its Postgres type, or as JSON Schema. */
export type DefinedColumn = {
  readonly name: string
  readonly description: string | undefined
} & (
  | { readonly postgresType: string; readonly nullable: boolean }
  | { readonly schema: JsonObject; readonly required: boolean }
)

export interface DefinedTransformation extends DefinedSql {
  /** `undefined`: for insert and update. */
  readonly operation: 'insert' | 'update' | 'delete' | undefined
  readonly table: string
}

/** What a file says of a public schema. What it does not say is `undefined`, and stays as the manifest has it. */
export interface PublicSchemaDefinition {
  readonly kind: 'public schema'
  readonly name: string
  readonly version: Version
  readonly dataStore: string | undefined
  /** What stands under `x-rejot`, by name; `undefined` takes a name away. */
  readonly additions: JsonObject
  readonly output: { readonly columns: readonly DefinedColumn[] } | { readonly jsonSchema: JsonObject } | undefined
  readonly transformations: readonly DefinedTransformation[]
  readonly place: TextPlace
}

/** What a file says of a consumer schema. */
export interface ConsumerSchemaDefinition {
  readonly kind: 'consumer schema'
  readonly name: string
  readonly reads: { readonly manifest: string; readonly name: string; readonly majorVersion: number } | undefined
  readonly destination: string | undefined
  readonly sql: DefinedSql | undefined
  readonly deleteSql: DefinedSql | undefined
  readonly place: TextPlace
}

export type Definition = PublicSchemaDefinition | ConsumerSchemaDefinition

/** "public schema publish-account 1.0": how a definition is called in sentences. */
export function nameDefinition(definition: Definition): string {
  if (definition.kind === 'consumer schema') return `consumer schema "${definition.name}"`
  const { major, minor } = definition.version
  return `public schema "${definition.name}" ${major}.${minor}`
}

/** SQL is the same whatever blanks and semicolons stand at its ends, and however its lines end. */
export function plainSql(sql: string): string {
  return sql
    .replaceAll('\r\n', '\n')
    .trim()
    .replace(/[;\s]+$/, '')
}
