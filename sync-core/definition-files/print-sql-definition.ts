import { type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { sameJson } from '../manifest/print/same-json.ts'
import { printColumnLine } from './column-line.ts'
import { jsonSchemaOf } from './column-type.ts'
import { type DefinedColumn, plainSql } from './definition.ts'
import { quoteItem } from './header-fields.ts'
import { mergeDefinitions } from './merge-definitions.ts'
import { allowsNull } from './merge-output-schema.ts'
import { readSqlDefinitions } from './read-sql-definitions.ts'

/**
 * A schema of a manifest as a SQL file. `undefined` where a file could not say it: what is printed is read again, and
 * must give the same schema.
 */
export function printSqlDefinition(entry: JsonObject): string | undefined {
  const isPublic = 'outputSchema' in entry
  const text = isPublic ? printPublic(entry) : printConsumer(entry)
  const { definitions, problems } = readSqlDefinitions(text, '')
  const [definition] = definitions
  if (problems.length > 0 || definition === undefined || definitions.length !== 1) return undefined
  const list = isPublic ? 'publicSchemas' : 'consumerSchemas'
  const file = String(entry.definitionFile)
  const merged = mergeDefinitions({ [list]: [{ ...entry, definitionFile: file }] }, [
    { definition, definitionFile: file },
  ])
  const same = sameJson(merged, { [list]: [{ ...entry, definitionFile: file }] })
  return same ? text : undefined
}

function printPublic({ name, version, source, outputSchema, config }: JsonObject): string {
  const { major, minor } = objectOf(version)
  const schema = objectOf(outputSchema)
  const { key, owner, description, tags, access, deprecated, notTracked } = objectOf(schema['x-rejot'])
  const columns = Object.entries(objectOf(schema.properties)).map(([column, property]) =>
    definedColumn(column, objectOf(property), listOf(schema.required)),
  )
  const transformations = listOf(objectOf(config).transformations).map(objectOf)
  const tables = new Map(
    transformations.flatMap(({ operation, table, sql }) => (operation === 'delete' ? [] : [[table, sql]])),
  )
  return [
    `-- rejot: public schema ${name} ${major}.${minor}`,
    ...fieldLines('data store', objectOf(source).dataStoreSlug),
    ...fieldLines('key', key),
    ...fieldLines('owner', owner),
    ...fieldLines('description', description),
    ...fieldLines('tags', tags),
    ...fieldLines('access', access),
    ...fieldLines('deprecated', deprecated === true ? 'yes' : deprecated),
    ...fieldLines('not tracked', notTracked),
    ...(columns.length === 0 ? [] : ['-- columns:', ...columns.map((column) => `--   ${printColumnLine(column)}`)]),
    ...[...tables].flatMap(([table, sql]) => ['', `-- rejot: changes of ${table}`, ...statement(sql)]),
    '',
  ].join('\n')
}

function printConsumer({ name, sourceManifestSlug, publicSchema, config }: JsonObject): string {
  const reads = objectOf(publicSchema)
  const { destinationDataStoreSlug, sql, deleteSql } = objectOf(config)
  return [
    `-- rejot: consumer schema ${name}`,
    `-- reads: ${reads.name} ${reads.majorVersion} of ${sourceManifestSlug}`,
    ...fieldLines('writes', destinationDataStoreSlug),
    '',
    '-- rejot: insert or update',
    ...statement(sql),
    ...(deleteSql === undefined ? [] : ['', '-- rejot: delete', ...statement(deleteSql)]),
    '',
  ].join('\n')
}

function statement(sql: Json | undefined): readonly string[] {
  return [`${plainSql(String(sql))};`]
}

function fieldLines(name: string, value: Json | undefined): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return [`-- ${name}: ${value.map((item) => quoteItem(String(item))).join(', ')}`]
  const [first, ...more] = String(value).split('\n')
  return [`-- ${name}: ${first}`, ...more.map((line) => `--   ${line}`)]
}

function definedColumn(name: string, property: JsonObject, required: readonly Json[]): DefinedColumn {
  const { 'x-postgres-type': type, description } = property
  const isRequired = required.includes(name)
  const schema: DefinedColumn = { name, schema: property, required: isRequired, description: undefined }
  if (typeof type !== 'string' || (description !== undefined && typeof description !== 'string')) return schema
  // A column is one line.
  if (description?.includes('\n')) return schema
  const nullable = !isRequired || allowsNull(property)
  const plain = jsonSchemaOf(type, nullable && isRequired)
  const { description: _, 'x-postgres-type': __, ...own } = property
  return sameJson(own, plain) ? { name, postgresType: type, nullable, description } : schema
}
