import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import type {
  ConsumerSchemaDefinition,
  DefinedTransformation,
  Definition,
  PublicSchemaDefinition,
} from './definition.ts'
import { plainSql } from './definition.ts'
import { mergeOutputSchema } from './merge-output-schema.ts'

/** A definition and the file that it is from, as a manifest names it. */
export interface FiledDefinition {
  readonly definition: Definition
  readonly definitionFile: string
}

/**
 * A manifest with what definition files say. What they do not say, fields and whole schemas, stays as it is. A public
 * schema is known by name and version, or by name and file when the file has raised its version.
 */
export function mergeDefinitions(manifest: JsonObject, filed: readonly FiledDefinition[]): JsonObject {
  return filed.reduce(mergeOne, manifest)
}

/** The entry of a definition in a manifest, `undefined` when it is a new one. */
export function findEntry(
  manifest: JsonObject,
  { definition, definitionFile }: FiledDefinition,
): JsonObject | undefined {
  const entries = listOf(manifest[listName(definition)]).map(objectOf)
  const named = entries.filter(({ name }) => name === definition.name)
  if (definition.kind === 'consumer schema') return named[0]
  const { major, minor } = definition.version
  return (
    named.find(({ version }) => objectOf(version).major === major && objectOf(version).minor === minor) ??
    named.find((entry) => entry.definitionFile === definitionFile)
  )
}

function mergeOne(manifest: JsonObject, filed: FiledDefinition): JsonObject {
  const list = listName(filed.definition)
  const entries = listOf(manifest[list])
  const before = findEntry(manifest, filed)
  const after = { ...mergeEntry(before ?? {}, filed.definition), definitionFile: filed.definitionFile }
  const place = before === undefined ? -1 : entries.indexOf(before)
  return { ...manifest, [list]: place === -1 ? [...entries, after] : entries.with(place, after) }
}

function listName({ kind }: Definition): 'publicSchemas' | 'consumerSchemas' {
  return kind === 'public schema' ? 'publicSchemas' : 'consumerSchemas'
}

/** An entry with what a definition says. */
export function mergeEntry(before: JsonObject, definition: Definition): JsonObject {
  return definition.kind === 'public schema' ? mergePublic(before, definition) : mergeConsumer(before, definition)
}

function mergePublic(before: JsonObject, definition: PublicSchemaDefinition): JsonObject {
  const { name, version, dataStore } = definition
  const config = objectOf(before.config)
  return {
    name,
    ...before,
    source: dataStore === undefined ? before.source : { ...objectOf(before.source), dataStoreSlug: dataStore },
    version: { ...objectOf(before.version), ...version },
    outputSchema: mergeOutputSchema(objectOf(before.outputSchema), definition),
    config: {
      ...config,
      publicSchemaType: config.publicSchemaType ?? 'postgres',
      transformations: mergeTransformations(listOf(config.transformations), definition.transformations),
    },
  }
}

/** Entries whose SQL says the same stay as they are written; so do those for delete, which SQL files have no word for. */
function mergeTransformations(before: readonly Json[], defined: readonly DefinedTransformation[]): readonly Json[] {
  const entries = before.map(objectOf)
  return defined.flatMap(({ operation, table, sql }) => {
    const own = entries.filter((entry) => entry.table === table)
    if (operation !== undefined) {
      const old = own.find((entry) => entry.operation === operation)
      return [changed(old ?? { operation, table }, sql)]
    }
    const asking = own.filter((entry) => entry.operation !== 'delete')
    const deleting = own.filter((entry) => entry.operation === 'delete')
    const wanted =
      asking.length > 0
        ? asking
        : [
            { operation: 'insert', table },
            { operation: 'update', table },
          ]
    return [...wanted.map((entry) => changed(entry, sql)), ...deleting]
  })
}

function changed(entry: JsonObject, sql: string): JsonObject {
  return typeof entry.sql === 'string' && plainSql(entry.sql) === plainSql(sql) ? entry : { ...entry, sql }
}

function mergeConsumer(before: JsonObject, definition: ConsumerSchemaDefinition): JsonObject {
  const { name, reads, destination, sql, deleteSql } = definition
  const config = objectOf(before.config)
  const withSql = sql === undefined ? config : changed(config, sql.sql)
  return {
    name,
    ...before,
    sourceManifestSlug: reads?.manifest ?? before.sourceManifestSlug,
    publicSchema:
      reads === undefined
        ? before.publicSchema
        : { ...objectOf(before.publicSchema), name: reads.name, majorVersion: reads.majorVersion },
    config: {
      ...withSql,
      consumerSchemaType: config.consumerSchemaType ?? 'postgres',
      destinationDataStoreSlug: destination ?? config.destinationDataStoreSlug,
      deleteSql: mergeDeleteSql(config.deleteSql, deleteSql?.sql),
    },
  }
}

/** A section without SQL takes it away; no section says nothing. */
function mergeDeleteSql(before: Json | undefined, sql: string | undefined): Json | undefined {
  if (sql === undefined) return before
  if (sql === '') return undefined
  return typeof before === 'string' && plainSql(before) === plainSql(sql) ? before : sql
}
