import type { Node, SelectStmt } from 'libpg-query'
import { columnPath, outputColumns, starPath } from './output-columns.ts'
import { parseSql } from './parse.ts'
import type { TableName } from './table-name.ts'

/** A column of a table, as the server says. */
export interface KnownColumn {
  readonly name: string
  readonly nullable: boolean
}

/** The columns of a table in their order; `undefined` for one that nobody knows. */
export type ColumnsOf = (table: TableName) => readonly KnownColumn[] | undefined

/**
 * For each output column of a SELECT whether it provably is never NULL; `count` is how many the server says there are.
 * Proven are: NOT NULL columns of tables that no outer join fills up, columns that the WHERE compares or says to be not
 * null, constants, `count`, `exists`, `array(…)`, and what only these go into. What is not proven may be so all the same.
 *
 * Throws a SqlError when it is not one readable statement.
 */
export function neverNull(sql: string, count: number, columnsOf: ColumnsOf): readonly boolean[] {
  const { statement } = parseSql(sql)
  const nothing = Array.from({ length: count }, () => false)
  if (!('SelectStmt' in statement)) return nothing
  const select = statement.SelectStmt
  // A set operation has another SELECT beside this; grouping sets turn columns into NULL.
  if (select.op !== 'SETOP_NONE' || (select.groupClause ?? []).some((item) => 'GroupingSet' in item)) return nothing
  const proof = proofOf(select, columnsOf)
  const verdicts = outputColumns(select).flatMap(({ name, value }) =>
    name === undefined ? starVerdicts(value, proof) : [isNever(value, proof)],
  )
  // A join with USING merges columns, and a star over a subquery has as many as it likes.
  return verdicts.length === count && !verdicts.includes(undefined) ? verdicts.map((one) => one === true) : nothing
}

interface InnerTable {
  readonly alias: string
  readonly columns: readonly KnownColumn[]
}

interface Proof {
  /** Plain tables in the FROM whose rows are always there. */
  readonly inner: readonly InnerTable[]
  /** The FROM holds nothing but those, so that a column without an alias is of one of them. */
  readonly allInner: boolean
  /** Column references, joined by dots, that the WHERE leaves no NULL. */
  readonly compared: ReadonlySet<string>
}

function proofOf(select: SelectStmt, columnsOf: ColumnsOf): Proof {
  const ctes = new Set(
    (select.withClause?.ctes ?? []).map((cte) => ('CommonTableExpr' in cte ? cte.CommonTableExpr.ctename : undefined)),
  )
  const inner: InnerTable[] = []
  let allInner = true
  const visit = (item: Node | undefined, always: boolean): void => {
    if (item !== undefined && 'JoinExpr' in item) {
      const { jointype, larg, rarg, alias } = item.JoinExpr
      const sound = always && alias === undefined
      visit(larg, sound && (jointype === 'JOIN_INNER' || jointype === 'JOIN_LEFT'))
      visit(rarg, sound && (jointype === 'JOIN_INNER' || jointype === 'JOIN_RIGHT'))
      return
    }
    const table = item !== undefined && 'RangeVar' in item ? item.RangeVar : undefined
    const name = table?.relname ?? ''
    const isCte = table?.schemaname === undefined && ctes.has(name)
    const columns = table === undefined || isCte ? undefined : columnsOf({ schema: table.schemaname, name })
    if (always && columns !== undefined && table?.alias?.colnames === undefined) {
      inner.push({ alias: table?.alias?.aliasname ?? name, columns })
    } else allInner = false
  }
  for (const item of select.fromClause ?? []) visit(item, true)
  return { inner, allInner, compared: new Set(conjuncts(select.whereClause).flatMap(comparedIn)) }
}

/** `undefined` stands for columns whose number is not known. */
function starVerdicts(value: Node | undefined, { inner, allInner, compared }: Proof): readonly (boolean | undefined)[] {
  const [alias] = starPath(value) ?? []
  const tables = alias === undefined ? inner : inner.filter((table) => table.alias === alias)
  if (tables.length === 0 || (alias === undefined && !allInner)) return [undefined]
  return tables.flatMap((table) =>
    table.columns.map(({ name, nullable }) => !nullable || compared.has(`${table.alias}.${name}`)),
  )
}

function conjuncts(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return []
  if (!('BoolExpr' in condition) || condition.BoolExpr.boolop !== 'AND_EXPR') return [condition]
  return (condition.BoolExpr.args ?? []).flatMap(conjuncts)
}

/** A comparison with NULL is not true, whichever side it stands on. */
const comparisons = new Set(['=', '<', '>', '<=', '>=', '<>'])

function comparedIn(term: Node): readonly string[] {
  if ('NullTest' in term) return term.NullTest.nulltesttype === 'IS_NOT_NULL' ? pathIn(term.NullTest.arg) : []
  if (!('A_Expr' in term) || term.A_Expr.kind !== 'AEXPR_OP') return []
  const { name, lexpr, rexpr } = term.A_Expr
  return comparisons.has(operatorOf(name)) ? [...pathIn(lexpr), ...pathIn(rexpr)] : []
}

function pathIn(value: Node | undefined): readonly string[] {
  const path = columnPath(value)
  return path === undefined ? [] : [path.join('.')]
}

function isNeverColumn(path: readonly string[], { inner, allInner, compared }: Proof): boolean {
  const column = path.at(-1)
  if (compared.has(path.join('.'))) return true
  const alias = path.at(-2)
  if (alias === undefined && !allInner) return false
  const found = inner
    .filter((table) => alias === undefined || table.alias === alias)
    .flatMap(({ columns }) => columns.filter(({ name }) => name === column))
  return found.length === 1 && found[0]?.nullable === false
}

const sums = new Set(['||', '+', '-', '*', '/'])

function isNever(value: Node | undefined, proof: Proof): boolean {
  if (value === undefined) return false
  if ('ColumnRef' in value) return isNeverColumn(columnPath(value) ?? [], proof)
  if ('A_Const' in value) return value.A_Const.isnull !== true
  if ('NullTest' in value || 'BooleanTest' in value) return true
  if ('CoalesceExpr' in value) return (value.CoalesceExpr.args ?? []).some((one) => isNever(one, proof))
  if ('FuncCall' in value) return isCount(value)
  if ('SubLink' in value) return isRow(value.SubLink)
  if ('TypeCast' in value) return isTextCast(value) && isNever(value.TypeCast.arg, proof)
  if ('CaseExpr' in value) {
    const arms = (value.CaseExpr.args ?? []).map((arm) => ('CaseWhen' in arm ? arm.CaseWhen.result : undefined))
    return [...arms, value.CaseExpr.defresult].every((one) => isNever(one, proof))
  }
  if ('A_Expr' in value && value.A_Expr.kind === 'AEXPR_OP' && sums.has(operatorOf(value.A_Expr.name))) {
    return isNever(value.A_Expr.lexpr, proof) && isNever(value.A_Expr.rexpr, proof)
  }
  return false
}

function isCount(value: Extract<Node, { FuncCall: unknown }>): boolean {
  const path = (value.FuncCall.funcname ?? []).map((part) => ('String' in part ? part.String.sval : undefined))
  return path.at(-1) === 'count' && (path.length === 1 || path[0] === 'pg_catalog')
}

/** EXISTS, ARRAY, or a subquery that is one count over rows: it gives a row also where there are none. */
function isRow({ subLinkType, subselect }: Extract<Node, { SubLink: unknown }>['SubLink']): boolean {
  if (subLinkType === 'EXISTS_SUBLINK' || subLinkType === 'ARRAY_SUBLINK') return true
  if (subLinkType !== 'EXPR_SUBLINK' || subselect === undefined || !('SelectStmt' in subselect)) return false
  const { op, groupClause, havingClause, limitCount, limitOffset } = subselect.SelectStmt
  const wholly = [groupClause, havingClause, limitCount, limitOffset].every((clause) => clause === undefined)
  const [only] = outputColumns(subselect.SelectStmt)
  return (
    op === 'SETOP_NONE' &&
    wholly &&
    only?.value !== undefined &&
    'FuncCall' in only.value &&
    isCount(only.value) &&
    only.value.FuncCall.over === undefined
  )
}

/** Other casts may turn a value into NULL: that of a json null to a number does. */
function isTextCast(value: Extract<Node, { TypeCast: unknown }>): boolean {
  const last = value.TypeCast.typeName?.names?.at(-1)
  return last !== undefined && 'String' in last && ['text', 'varchar', 'bpchar'].includes(last.String.sval ?? '')
}

function operatorOf(name: readonly Node[] | undefined): string {
  const [operator, another] = name ?? []
  return another === undefined && operator !== undefined && 'String' in operator ? (operator.String.sval ?? '') : ''
}
