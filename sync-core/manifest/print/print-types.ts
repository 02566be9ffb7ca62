import { type Json, type JsonObject, listOf, objectOf } from './json-value.ts'

/**
 * TypeScript types of public schemas' rows, as payloads and events have them: `entries` are those of a manifest. The
 * type of a schema that is there in several major versions has the version in its name.
 */
export function printTypes(entries: readonly JsonObject[]): string {
  const names = entries.map(({ name }) => typeName(String(name)))
  const types = entries.map((entry, place) => {
    const own = names[place] ?? ''
    const several = names.filter((name) => name === own).length > 1
    return printType(entry, several ? `${own}V${objectOf(entry.version).major}` : own)
  })
  return types.join('\n')
}

function printType({ name, version, outputSchema }: JsonObject, type: string): string {
  const { major, minor } = objectOf(version)
  const schema = objectOf(outputSchema)
  const { description, deprecated } = objectOf(schema['x-rejot'])
  const required = listOf(schema.required)
  const columns = Object.entries(objectOf(schema.properties)).flatMap(([column, property]) => [
    ...comment('  ', [textOf(objectOf(property).description), roundedNumbers(objectOf(property))]),
    `  readonly ${propertyName(column)}${required.includes(column) ? '' : '?'}: ${typeOf(property)}`,
  ])
  const lines = [textOf(description), `Public schema ${name} ${major}.${minor}.`, deprecation(deprecated)]
  return [...comment('', lines), `export interface ${type} {`, ...columns, '}', ''].join('\n')
}

/** JSON numbers are read as doubles. */
function roundedNumbers({ 'x-postgres-type': type }: JsonObject): string | undefined {
  const exact = typeof type === 'string' && /^(int8|bigint|numeric|decimal)\b/i.test(type)
  return exact ? `${type}: beyond 2^53 or 15 digits JSON.parse rounds it.` : undefined
}

function deprecation(deprecated: Json | undefined): string | undefined {
  if (deprecated === undefined || deprecated === false) return undefined
  return typeof deprecated === 'string' ? `@deprecated ${deprecated}` : '@deprecated'
}

function comment(indent: string, lines: readonly (string | undefined)[]): readonly string[] {
  const said = lines.flatMap((line) => line?.split('\n') ?? []).map((line) => line.replaceAll('*/', '*\\/').trimEnd())
  if (said.length < 2) return said.map((line) => `${indent}/** ${line} */`)
  return [`${indent}/**`, ...said.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`]
}

function typeOf(schema: Json | undefined): string {
  const { type, items, properties, required, enum: choices, const: only, anyOf, oneOf } = objectOf(schema)
  if (Array.isArray(choices)) return union(choices.map((choice) => JSON.stringify(choice)))
  if (only !== undefined) return JSON.stringify(only)
  const alternatives = anyOf ?? oneOf
  if (Array.isArray(alternatives)) return union(alternatives.map(typeOf))
  if (Array.isArray(type)) return union(type.map((one) => typeOf({ ...objectOf(schema), type: one })))
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type
    case 'integer':
    case 'number':
      return 'number'
    case 'array':
      return `readonly ${bracketed(typeOf(items))}[]`
    case 'object':
      return objectType(objectOf(properties), listOf(required))
    default:
      return 'unknown'
  }
}

function objectType(properties: JsonObject, required: readonly Json[]): string {
  const fields = Object.entries(properties).map(
    ([name, property]) => `readonly ${propertyName(name)}${required.includes(name) ? '' : '?'}: ${typeOf(property)}`,
  )
  return fields.length === 0 ? 'Readonly<Record<string, unknown>>' : `{ ${fields.join('; ')} }`
}

function union(types: readonly string[]): string {
  const all = [...new Set(types)]
  return all.includes('unknown') || all.length === 0 ? 'unknown' : all.join(' | ')
}

function bracketed(type: string): string {
  return /^[\w]+$/.test(type) || type.startsWith('{') ? type : `(${type})`
}

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

/** `publish-account` becomes `PublishAccount`. */
function typeName(name: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  return /^[A-Z]/.test(joined) ? joined : `Schema${joined}`
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
