import type { Node, SelectStmt } from 'libpg-query'
import { columnPath, outputColumns } from './output-columns.ts'
import { parseSql } from './parse.ts'
import { showName, showTableName, type TableName } from './table-name.ts'
import { recordOf } from './walk-tree.ts'

/** An output column of a SELECT and the columns of tables that its value is computed from. */
export interface ColumnOrigin {
  readonly column: string
  /** `account.first_name`; of rows that are only counted, `account_emails.*`. Each once, in the order they are written. */
  readonly from: readonly string[]
}

/**
 * Where each value of a SELECT comes from, by its text: through aliases, subqueries and CTEs. What only chooses or
 * orders rows (WHERE, GROUP BY, ORDER BY, FILTER) is left out, and so is a column without its table's name beside
 * several tables: which one has it, only the server knows. Output that is a star is not listed. Throws a SqlError when
 * the SQL is not one readable statement.
 */
export function columnOrigins(sql: string): readonly ColumnOrigin[] {
  const { statement } = parseSql(sql)
  if (!('SelectStmt' in statement)) return []
  const scope = scopeOf(statement.SelectStmt, undefined)
  return outputColumns(statement.SelectStmt).flatMap(({ name, value }) => {
    if (name === undefined) return []
    const from: string[] = []
    collect(value, scope, from)
    return [{ column: name, from: [...new Set(from)] }]
  })
}

/** What the names of a FROM stand for; a subquery sees those around it too. */
interface Scope {
  readonly items: ReadonlyMap<string, TableName | Derived>
  readonly outer: Scope | undefined
}

/** A subquery or CTE, with where its own names are looked up. */
interface Derived {
  readonly select: SelectStmt
  readonly scope: Scope
}

function scopeOf(select: SelectStmt, outer: Scope | undefined): Scope {
  const arm = firstArm(select)
  const ctes = new Map<string, Derived>()
  const items = new Map<string, TableName | Derived>()
  const scope: Scope = { items, outer }
  for (const cte of [...(select.withClause?.ctes ?? []), ...(arm === select ? [] : (arm.withClause?.ctes ?? []))]) {
    if (!('CommonTableExpr' in cte)) continue
    const { ctename, ctequery } = cte.CommonTableExpr
    if (ctename === undefined || ctequery === undefined || !('SelectStmt' in ctequery)) continue
    const inner = ctequery.SelectStmt
    const before: Scope = { items: new Map(ctes), outer }
    ctes.set(ctename, { select: inner, scope: { ...scopeOf(inner, before) } })
  }
  for (const item of arm.fromClause ?? []) addItem(item, items, ctes, scope)
  return scope
}

function addItem(
  item: Node | undefined,
  items: Map<string, TableName | Derived>,
  ctes: ReadonlyMap<string, Derived>,
  scope: Scope,
): void {
  if (item === undefined) return
  if ('RangeVar' in item) {
    const { relname: name = '', schemaname: schema, alias } = item.RangeVar
    const derived = schema === undefined ? (ctes.get(name) ?? enclosingCte(scope.outer, name)) : undefined
    items.set(alias?.aliasname ?? name, derived ?? { schema, name })
  } else if ('RangeSubselect' in item) {
    const { subquery, alias } = item.RangeSubselect
    if (subquery === undefined || !('SelectStmt' in subquery) || alias?.aliasname === undefined) return
    // LATERAL sees what stands before it; one that is not lateral names none of that.
    items.set(alias.aliasname, { select: subquery.SelectStmt, scope: scopeOf(subquery.SelectStmt, scope) })
  } else if ('JoinExpr' in item) {
    addItem(item.JoinExpr.larg, items, ctes, scope)
    addItem(item.JoinExpr.rarg, items, ctes, scope)
  }
}

/** Around a CTE or subquery stand the CTEs before it, as names of derived rows. */
function enclosingCte(scope: Scope | undefined, name: string): Derived | undefined {
  const found = scope?.items.get(name)
  if (found !== undefined && 'select' in found) return found
  return scope === undefined ? undefined : enclosingCte(scope.outer, name)
}

/** The columns that an expression names, and of a subquery those that its output is made of. */
function collect(node: unknown, scope: Scope, from: string[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, scope, from)
    return
  }
  for (const [kind, value] of Object.entries(recordOf(node) ?? {})) {
    if (kind === 'ColumnRef') addColumn(columnPath({ ColumnRef: value } as Node), scope, from)
    else if (kind === 'SubLink') collectSubLink(recordOf(value)?.subselect, scope, from)
    else if (!orders.has(kind)) collect(value, scope, from)
  }
}

const orders: ReadonlySet<string> = new Set(['agg_order', 'agg_filter', 'over', 'sortClause', 'whereClause'])

function collectSubLink(subselect: unknown, outer: Scope, from: string[]): void {
  const select = recordOf(recordOf(subselect)?.SelectStmt) as SelectStmt | undefined
  if (select === undefined) return
  const scope = scopeOf(select, outer)
  const before = from.length
  for (const { value } of outputColumns(select)) collect(value, scope, from)
  // `count(*)`, `exists (select 1 …)`: no column, but its rows.
  if (from.length === before) for (const item of scope.items.values()) addRows(item, from)
}

function addRows(item: TableName | Derived, from: string[]): void {
  if (!('select' in item)) from.push(`${showTableName(item)}.*`)
  else for (const inner of item.scope.items.values()) addRows(inner, from)
}

function addColumn(path: readonly string[] | undefined, scope: Scope, from: string[]): void {
  const name = path?.at(-1)
  if (path === undefined || name === undefined) return
  const item = path.length === 1 ? onlyItem(scope) : find(scope, path.at(-2) ?? '')
  if (item === undefined) return
  if (!('select' in item)) from.push(`${showTableName(item)}.${showName(name)}`)
  else collect(outputColumns(item.select).find((column) => column.name === name)?.value, item.scope, from)
}

/** A name without its table's is the only table's. */
function onlyItem({ items }: Scope): TableName | Derived | undefined {
  return items.size === 1 ? [...items.values()][0] : undefined
}

function find(scope: Scope | undefined, alias: string): TableName | Derived | undefined {
  return scope === undefined ? undefined : (scope.items.get(alias) ?? find(scope.outer, alias))
}

/** Of a set operation the first arm names the output. */
function firstArm(select: SelectStmt): SelectStmt {
  return select.larg === undefined ? select : firstArm(select.larg)
}
