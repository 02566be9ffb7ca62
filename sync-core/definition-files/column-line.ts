import type { JsonObject } from '../manifest/print/json-value.ts'
import type { DefinedColumn } from './definition.ts'
import { unquote } from './header-fields.ts'

/**
 * `id int8 not null -- What it means`: a column by its Postgres type, as CREATE TABLE has it; or, where JSON Schema says
 * more than that, `id {"type": "integer", "minimum": 1}`, with `optional` behind it where rows may lack it. A name with
 * blanks, capitals or not, stands in quotes. `undefined` for what is neither.
 */
export function readColumnLine(line: string): DefinedColumn | undefined {
  const [, quotedName = '', rest = ''] = /^("(?:[^"\\]|\\.)*"|[^\s"{]+)\s+(\S.*)$/s.exec(line) ?? []
  const name = unquote(quotedName)
  if (name === '') return undefined
  if (rest.startsWith('{')) return readSchema(name, rest)
  const [, declared = '', description] = /^(.*?)(?:\s+--\s+(.*))?$/s.exec(rest) ?? []
  const type = declared.trim().replace(/\s+(?:not\s+)?null$/i, '')
  if (type === '' || type.includes('--')) return undefined
  return { name, postgresType: type, nullable: !/\bnot\s+null$/i.test(declared.trim()), description }
}

export function printColumnLine(column: DefinedColumn): string {
  const name = /^[^\s"{]+$/.test(column.name) ? column.name : JSON.stringify(column.name)
  if ('schema' in column) return `${name} ${JSON.stringify(column.schema)}${column.required ? '' : ' optional'}`
  const { postgresType, nullable, description } = column
  return `${name} ${postgresType}${nullable ? '' : ' not null'}${description === undefined ? '' : ` -- ${description}`}`
}

function readSchema(name: string, text: string): DefinedColumn | undefined {
  const required = !/\}\s+optional$/.test(text)
  const schema = jsonOf(text.replace(/\s+optional$/, ''))
  return schema === undefined ? undefined : { name, schema, required, description: undefined }
}

function jsonOf(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
