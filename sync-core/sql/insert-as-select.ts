import type { Node } from 'libpg-query'
import type { InsertAsSelect, SqlTemplate } from '../domain/sql-analyst.ts'
import { tokens } from './lexer.ts'
import { parseSql } from './parse.ts'
import { walkTree } from './walk-tree.ts'

/** Functions of Postgres itself that give the same for a row whether other rows were written before it or not. */
const rowFunctions: ReadonlySet<string> = new Set(
  'concat concat_ws lower upper initcap trim btrim ltrim rtrim substring substr left right replace split_part length abs round floor ceil ceiling trunc md5 to_char to_date to_timestamp date_trunc date_part extract make_date jsonb_build_object json_build_object to_json to_jsonb array_to_string string_to_array array_length cardinality now'.split(
    ' ',
  ),
)

/**
 * Whether one INSERT with one row of VALUES means the same for many rows at once as `insert … select` from them: then
 * its values come from placeholders, constants and functions of Postgres alone, never from a table, and what follows
 * (ON CONFLICT) names no placeholder. Returns the statement in its parts, `undefined` where that cannot be said.
 *
 * Left to the caller: two rows for one conflict target are an error in the set and none one by one, and triggers of
 * the table could tell the difference.
 */
export function insertAsSelect(template: SqlTemplate): InsertAsSelect | undefined {
  const { statement, placeholders } = parseSql(template.sql)
  if (!('InsertStmt' in statement)) return undefined
  const { selectStmt, returningClause, withClause, override, relation } = statement.InsertStmt
  if (returningClause !== undefined || withClause !== undefined || selectStmt === undefined) return undefined
  if (override !== undefined && override !== 'OVERRIDING_NOT_SET') return undefined
  if (!('SelectStmt' in selectStmt) || selectStmt.SelectStmt.valuesLists?.length !== 1) return undefined
  if (!dependsOnItsRowAlone(selectStmt) || !dependsOnItsRowAlone(statement.InsertStmt.onConflictClause))
    return undefined
  const place = valuesPlace(template.sql)
  if (place === undefined || relation?.relname === undefined) return undefined
  const { values, open, close } = place
  if (!placeholders.every(({ start, end }) => start > open && end <= close)) return undefined
  const shift = open + 1
  return {
    table: relation.schemaname ? [relation.schemaname, relation.relname] : [relation.relname],
    before: template.sql.slice(0, values),
    row: {
      sql: template.sql.slice(shift, close),
      placeholders: placeholders.map((one) => ({ ...one, start: one.start - shift, end: one.end - shift })),
    },
    after: template.sql.slice(close + 1),
  }
}

function dependsOnItsRowAlone(node: unknown): boolean {
  let alone = true
  walkTree(node, (kind, fields) => {
    if (kind === 'SubLink' || kind === 'SetToDefault') alone = false
    if (kind === 'FuncCall' && !rowFunctions.has(functionName(fields.funcname))) alone = false
    return alone
  })
  return alone
}

function functionName(parts: unknown): string {
  const names = (Array.isArray(parts) ? parts : []) as readonly Node[]
  const words = names.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  return words.length === 1 || words[0] === 'pg_catalog' ? (words.at(-1) ?? '') : ''
}

/** The only `values` outside of brackets, and its row. */
function valuesPlace(sql: string): { values: number; open: number; close: number } | undefined {
  let depth = 0
  let values: number | undefined
  let open: number | undefined
  for (const { kind, start, end } of tokens(sql)) {
    const text = sql.slice(start, end)
    if (depth === 0 && kind === 'word' && text.toLowerCase() === 'values' && values === undefined) values = start
    if (kind !== 'symbol') continue
    if (text === '(') {
      if (depth === 0 && values !== undefined) open ??= start
      depth += 1
    }
    if (text === ')') {
      depth -= 1
      if (depth === 0 && values !== undefined && open !== undefined) return { values, open, close: start }
    }
  }
  return undefined
}
