import { isJsonObject, type Json, type JsonObject, listOf, objectOf } from '../manifest/print/json-value.ts'
import { jsonSchemaOf } from './column-type.ts'
import type { DefinedColumn, PublicSchemaDefinition } from './definition.ts'

/**
 * The output schema that a manifest has, with what a definition says of it. JSON Schema that is written by hand stays
 * where the column still means the same: a line of SQL has no word for it.
 */
export function mergeOutputSchema(before: JsonObject, definition: PublicSchemaDefinition): JsonObject {
  const { output, additions } = definition
  const columns =
    output === undefined
      ? before
      : 'columns' in output
        ? withColumns(before, output.columns)
        : withJsonSchema(before, output.jsonSchema)
  const own = { ...objectOf(before['x-rejot']), ...objectOf(columns['x-rejot']), ...additions }
  const empty = Object.values(own).every((value) => value === undefined)
  return { ...columns, 'x-rejot': empty ? undefined : own }
}

function withColumns(before: JsonObject, columns: readonly DefinedColumn[]): JsonObject {
  const known = objectOf(before.properties)
  const required = listOf(before.required)
  const properties = columns.map((column): [string, Json] => {
    const old = known[column.name]
    return [column.name, propertyOf(column, isJsonObject(old ?? null) ? objectOf(old) : undefined, required)]
  })
  const optional = new Set(
    columns.flatMap((column) => {
      if ('schema' in column) return column.required ? [] : [column.name]
      // Either way of saying that it may be NULL is left as it is.
      return column.nullable && column.name in known && !required.includes(column.name) ? [column.name] : []
    }),
  )
  const names = columns.map(({ name }) => name).filter((name) => !optional.has(name))
  return {
    ...before,
    type: before.type ?? 'object',
    properties: Object.fromEntries(properties),
    required: [
      ...required.filter((name) => names.includes(String(name))),
      ...names.filter((name) => !required.includes(name)),
    ],
  }
}

function propertyOf(column: DefinedColumn, old: JsonObject | undefined, required: readonly Json[]): JsonObject {
  if ('schema' in column) return column.schema
  const description = column.description === undefined ? {} : { description: column.description }
  const nullable = old !== undefined && (allowsNull(old) || !required.includes(column.name))
  if (old?.['x-postgres-type'] === column.postgresType && nullable === column.nullable)
    return { ...old, ...description }
  return {
    ...jsonSchemaOf(column.postgresType, column.nullable),
    ...(old?.description === undefined ? {} : { description: old.description }),
    ...description,
    'x-postgres-type': column.postgresType,
  }
}

/** What a program made says all of a column but what we add to it. */
function withJsonSchema(before: JsonObject, said: JsonObject): JsonObject {
  const known = objectOf(before.properties)
  const properties = Object.entries(objectOf(said.properties)).map(([name, property]): [string, Json] => {
    const old = objectOf(known[name])
    const kept = Object.entries(old).filter(([field]) => field.startsWith('x-') || field === 'description')
    const same = JSON.stringify(old.type) === JSON.stringify(objectOf(property).type)
    return [
      name,
      isJsonObject(property ?? null) && same
        ? { ...Object.fromEntries(kept), ...objectOf(property) }
        : (property ?? null),
    ]
  })
  return { ...said, properties: Object.fromEntries(properties), 'x-rejot': said['x-rejot'] ?? before['x-rejot'] }
}

export function allowsNull(property: JsonObject): boolean {
  const { type } = property
  if (type === 'null' || listOf(type).includes('null')) return true
  return ['anyOf', 'oneOf'].some((field) => listOf(property[field]).some((one) => allowsNull(objectOf(one))))
}
