import type { JsonObject } from '../manifest/print/json-value.ts'

const integers = ['smallint', 'integer', 'int', 'bigint', 'int2', 'int4', 'int8']
const numbers = ['real', 'double precision', 'float', 'float4', 'float8', 'numeric', 'decimal']

/** The JSON Schema of a column's values in a payload, by its Postgres type: types without a form in JSON are text there. */
export function jsonSchemaOf(postgresType: string, nullable: boolean): JsonObject {
  const item = postgresType.replace(/(\[\d*\])+$/, '')
  const isArray = item !== postgresType
  const type = isArray ? 'array' : jsonTypeOf(item)
  return {
    type: nullable ? [type, 'null'] : type,
    ...(isArray ? { items: { type: jsonTypeOf(item) } } : {}),
  }
}

function jsonTypeOf(postgresType: string): string {
  const plain = postgresType
    .toLowerCase()
    .replace(/\([^)]*\)/, '')
    .trim()
  if (integers.includes(plain)) return 'integer'
  if (numbers.includes(plain)) return 'number'
  return plain === 'boolean' || plain === 'bool' ? 'boolean' : 'string'
}
