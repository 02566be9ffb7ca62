import type { Node, SelectStmt } from 'libpg-query'
import type { Placeholder } from '../domain/sql-analyst.ts'
import { type From, type FromTable, fromTables } from './from-tables.ts'
import { columnPath, outputColumns, starPath } from './output-columns.ts'
import { type ParsedSql, parseSql } from './parse.ts'

/** An output column whose value one `a.id = :id` of the WHERE fixes. */
export interface Pin {
  readonly outputColumn: string
  /** Column of the table that is referred to. */
  readonly sourceColumn: string
  readonly from: FromTable
  readonly placeholder: Placeholder
  /** The placeholder stands under a cast: what is compared may differ from what was given. */
  readonly cast: boolean
}

export interface InferredKey {
  readonly outputColumns: readonly string[]
  readonly pins: readonly Pin[]
  /** Of the first pin. */
  readonly tableAlias: string
}

/**
 * The output columns that `where a.id = :id` (also `:id = a.id`, also several of them joined by AND) says to name a
 * public row. `undefined` when the WHERE pins nothing, or pins a column that is not in the output: the rest would
 * name too little.
 *
 * The pinned table need not be the one that is listened to: a transformation over `account_emails` pins
 * `a.id = :account_id`.
 */
export function inferKey(sql: string): InferredKey | undefined {
  const pins = findPins(parseSql(sql))
  const [first] = pins ?? []
  if (pins === undefined || first === undefined) return undefined
  const outputColumns = [...new Set(pins.map(({ outputColumn }) => outputColumn))]
  return { outputColumns, pins, tableAlias: first.from.alias }
}

/** All pins of a plain SELECT, or `undefined` when one has no output column or the rows are not those of the WHERE. */
export function findPins(parsed: ParsedSql): readonly Pin[] | undefined {
  const select = plainSelect(parsed.statement)
  if (select === undefined) return undefined
  const from = fromTables(select)
  const pins: Pin[] = []
  for (const pinned of pinnedIn(select, from, parsed)) {
    const outputColumn = outputOf(select, from, pinned.from, pinned.sourceColumn)
    if (outputColumn === undefined) return undefined
    pins.push({ ...pinned, outputColumn })
  }
  return pins
}

/** A column that the WHERE fixes, whether or not it is in the output. */
export type PinnedColumn = Omit<Pin, 'outputColumn'>

export function pinnedColumns(parsed: ParsedSql): readonly PinnedColumn[] {
  const select = plainSelect(parsed.statement)
  return select === undefined ? [] : pinnedIn(select, fromTables(select), parsed)
}

function pinnedIn(select: SelectStmt, from: From, parsed: ParsedSql): readonly PinnedColumn[] {
  return conjuncts(select.whereClause).flatMap((term) => pinnedColumn(term, from, parsed))
}

/** No set operation (its other arm has another WHERE), no grouping sets (they turn columns into NULL). */
function plainSelect(statement: Node): SelectStmt | undefined {
  if (!('SelectStmt' in statement)) return undefined
  const select = statement.SelectStmt
  if (select.op !== 'SETOP_NONE') return undefined
  return (select.groupClause ?? []).some((item) => 'GroupingSet' in item) ? undefined : select
}

function conjuncts(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return []
  if (!('BoolExpr' in condition) || condition.BoolExpr.boolop !== 'AND_EXPR') return [condition]
  return (condition.BoolExpr.args ?? []).flatMap(conjuncts)
}

function pinnedColumn(term: Node, from: From, parsed: ParsedSql): readonly PinnedColumn[] {
  if (!('A_Expr' in term) || !isEquality(term.A_Expr)) return []
  const { lexpr, rexpr } = term.A_Expr
  const sides: readonly (readonly [Node | undefined, Node | undefined])[] = [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ]
  for (const [column, value] of sides) {
    const reference = tableColumn(column, from)
    const parameter = parameterIn(value)
    const placeholder = parameter === undefined ? undefined : parsed.placeholderOf(parameter.number)
    if (reference !== undefined && parameter !== undefined && placeholder !== undefined) {
      return [{ ...reference, placeholder, cast: parameter.cast }]
    }
  }
  return []
}

/** `=` and `operator(pg_catalog.=)`; an `=` of somebody's own schema may mean anything. */
function isEquality({ kind, name }: Extract<Node, { A_Expr: unknown }>['A_Expr']): boolean {
  const path = (name ?? []).map((part) => ('String' in part ? part.String.sval : undefined))
  return kind === 'AEXPR_OP' && path.at(-1) === '=' && (path.length === 1 || path[0] === 'pg_catalog')
}

function parameterIn(value: Node | undefined): { readonly number: number; readonly cast: boolean } | undefined {
  if (value === undefined) return undefined
  if ('ParamRef' in value) return { number: value.ParamRef.number ?? 0, cast: false }
  if (!('TypeCast' in value)) return undefined
  const inner = parameterIn(value.TypeCast.arg)
  return inner === undefined ? undefined : { ...inner, cast: true }
}

function tableColumn(
  value: Node | undefined,
  from: From,
): { readonly from: FromTable; readonly sourceColumn: string } | undefined {
  const path = columnPath(value)
  const sourceColumn = path?.at(-1)
  if (path === undefined || sourceColumn === undefined) return undefined
  const table = tableAt(path.slice(0, -1), from)
  return table === undefined || table.columnsRenamed ? undefined : { from: table, sourceColumn }
}

/** The table that `a.` or `schema.table.` means; without either, the only one there is. */
function tableAt(path: readonly string[], from: From): FromTable | undefined {
  if (path.length === 0) return from.only
  const [first, second] = path
  if (path.length === 1) return from.tables.find(({ alias }) => alias === first)
  return from.tables.find(({ aliased, table }) => !aliased && table?.schema === first && table?.name === second)
}

/** The output column that is this very column: named in the output, or brought by a star over its table. */
function outputOf(select: SelectStmt, from: From, table: FromTable, column: string): string | undefined {
  const outputs = outputColumns(select)
  for (const { name, value } of outputs) {
    const reference = tableColumn(value, from)
    if (name !== undefined && reference?.from === table && reference.sourceColumn === column) return name
  }
  const star = outputs.some(({ value }) => {
    const path = starPath(value)
    return path !== undefined && tableAt(path, from) === table
  })
  return star && !outputs.some(({ name }) => name === column) ? column : undefined
}
