import { quoteIdentifier } from './quote.ts'

export interface OutputColumn {
  readonly name: string
  /** `format_type` without modifier: `integer`, `text[]`. */
  readonly type: string
}

/** Types whose JSON form their own input function reads back without loss. */
const jsonNative: ReadonlySet<string> = new Set([
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double precision',
  'numeric',
  'text',
  'character varying',
  'character',
  'uuid',
  'date',
  'timestamp without time zone',
  'timestamp with time zone',
])

const wholeNumbers: ReadonlySet<string> = new Set(['smallint', 'integer', 'bigint'])

/**
 * SQL that makes the payload of a row `alias` of these columns: a JSON object in their order, as text. Native JSON
 * where that loses nothing, else the value's own text in a JSON string.
 */
export function payloadSql(alias: string, columns: readonly OutputColumn[]): string {
  if (columns.every((column) => jsonNative.has(column.type))) return `row_to_json(${alias})::text`
  const members = columns.map(
    (column) =>
      `${memberSql(`${alias}.${quoteIdentifier(column.name)}`, column.type)} as ${quoteIdentifier(column.name)}`,
  )
  return `(select row_to_json(__rejot_r) from (select ${members.join(', ')}) __rejot_r)::text`
}

/** SQL that makes the public row key of a row: a JSON array of its key columns, as text. */
export function keySql(alias: string, columns: readonly OutputColumn[]): string {
  const [only] = columns
  // Most keys are one whole number, and this is the same text at a fraction of the cost.
  if (columns.length === 1 && only !== undefined && wholeNumbers.has(only.type)) {
    return `'[' || ${alias}.${quoteIdentifier(only.name)} || ']'`
  }
  const members = columns.map((column) => memberSql(`${alias}.${quoteIdentifier(column.name)}`, column.type))
  return `json_build_array(${members.join(', ')})::text`
}

function memberSql(value: string, type: string): string {
  if (jsonNative.has(type)) return value
  const element = /^(.*)\[\]$/.exec(type)?.[1]
  if (element === undefined || !jsonNative.has(element)) return `${value}::text`
  // A JSON array forgets lower bounds and reads several dimensions back as one depth of nesting only where it is regular.
  return `case when coalesce(array_ndims(${value}), 1) = 1 and coalesce(array_lower(${value}, 1), 1) = 1 then to_json(${value}) else to_json(${value}::text) end`
}
