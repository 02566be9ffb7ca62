import type { Node } from 'libpg-query'
import type { Placeholder, WrittenRows } from '../domain/sql-analyst.ts'
import { columnPath } from './output-columns.ts'
import { type ParsedSql, parseSql } from './parse.ts'

/** What a column is set to, or compared with. */
type Value = Placeholder | 'constant' | 'other'

/**
 * Which row of its table a consumer's statement writes, as far as its text says: by the conflict target of
 * `insert … values … on conflict`, or by the equalities of a DELETE's WHERE. `undefined` where the text does not say.
 *
 * @param tableColumns those of an INSERT that names none
 */
export function writtenRows(sql: string, tableColumns?: readonly string[]): WrittenRows | undefined {
  const parsed = parseSql(sql)
  return upserted(parsed, tableColumns) ?? deleted(parsed)
}

function upserted(parsed: ParsedSql, tableColumns: readonly string[] | undefined): WrittenRows | undefined {
  if (!('InsertStmt' in parsed.statement)) return undefined
  const { relation, cols, selectStmt, onConflictClause } = parsed.statement.InsertStmt
  const target = onConflictClause?.infer?.indexElems?.map((element) =>
    'IndexElem' in element ? element.IndexElem.name : undefined,
  )
  const values = onlyRow(selectStmt)
  const columns = cols?.map((column) => ('ResTarget' in column ? (column.ResTarget.name ?? '') : '')) ?? tableColumns
  if (target === undefined || values === undefined || columns === undefined || relation?.relname === undefined) {
    return undefined
  }
  const key = new Map<string, Value>()
  for (const column of target) {
    const place = column === undefined ? -1 : columns.indexOf(column)
    key.set(column ?? '', place < 0 ? 'other' : readValue(values[place], parsed))
  }
  const rest = columns.slice(0, values.length).filter((column) => !key.has(column))
  const { action, targetList = [], whereClause } = onConflictClause ?? {}
  const replaced = targetList.flatMap((one) =>
    'ResTarget' in one && isExcluded(one) ? [one.ResTarget.name ?? ''] : [],
  )
  return {
    table: { schema: relation.schemaname, name: relation.relname },
    key,
    columns: columns.slice(0, values.length),
    replaces:
      action === 'ONCONFLICT_UPDATE' &&
      whereClause === undefined &&
      replaced.length === targetList.length &&
      rest.every((column) => replaced.includes(column)),
  }
}

function deleted(parsed: ParsedSql): WrittenRows | undefined {
  if (!('DeleteStmt' in parsed.statement)) return undefined
  const { relation, whereClause, usingClause } = parsed.statement.DeleteStmt
  if (relation?.relname === undefined) return undefined
  const terms = conjuncts(whereClause)
  const key = new Map<string, Value>()
  for (const term of terms) {
    const [column, value] = equality(term, parsed) ?? []
    if (column !== undefined && value !== undefined) key.set(column, value)
  }
  const plain = key.size === terms.length && usingClause === undefined
  return { table: { schema: relation.schemaname, name: relation.relname }, key, columns: [], replaces: plain }
}

function onlyRow(select: Node | undefined): readonly Node[] | undefined {
  if (select === undefined || !('SelectStmt' in select)) return undefined
  const [row, another] = select.SelectStmt.valuesLists ?? []
  return row !== undefined && another === undefined && 'List' in row ? row.List.items : undefined
}

/** `column = excluded.column` */
function isExcluded({ ResTarget: { name, val } }: Extract<Node, { ResTarget: unknown }>): boolean {
  const path = columnPath(val)
  return path?.length === 2 && path[0] === 'excluded' && path[1] === name
}

function conjuncts(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return []
  if (!('BoolExpr' in condition) || condition.BoolExpr.boolop !== 'AND_EXPR') return [condition]
  return (condition.BoolExpr.args ?? []).flatMap(conjuncts)
}

function equality(term: Node, parsed: ParsedSql): readonly [string, Value] | undefined {
  if (!('A_Expr' in term) || term.A_Expr.kind !== 'AEXPR_OP') return undefined
  const [operator, another] = term.A_Expr.name ?? []
  if (another !== undefined || operator === undefined || !('String' in operator) || operator.String.sval !== '=') {
    return undefined
  }
  const { lexpr, rexpr } = term.A_Expr
  const [left, right] = [columnPath(lexpr)?.at(-1), columnPath(rexpr)?.at(-1)]
  if ((left === undefined) === (right === undefined)) return undefined
  return left === undefined ? [right ?? '', readValue(lexpr, parsed)] : [left, readValue(rexpr, parsed)]
}

function readValue(value: Node | undefined, parsed: ParsedSql): Value {
  if (value === undefined) return 'other'
  if ('TypeCast' in value) return readValue(value.TypeCast.arg, parsed)
  if ('A_Const' in value) return 'constant'
  return 'ParamRef' in value ? (parsed.placeholderOf(value.ParamRef.number ?? 0) ?? 'other') : 'other'
}
