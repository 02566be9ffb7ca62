import { parseSql } from './parse.ts'
import type { TableName } from './table-name.ts'
import { recordOf, walkTree } from './walk-tree.ts'

/**
 * The tables that a SELECT reads, each once, in the order they are written, its subqueries and CTEs included, the
 * names of CTEs left out. Throws a SqlError when the SQL is not one readable statement.
 */
export function dependedTables(sql: string): readonly TableName[] {
  const found: TableName[] = []
  collect(parseSql(sql).statement, new Set(), found)
  return found.filter(
    (table, place) => found.findIndex(({ schema, name }) => schema === table.schema && name === table.name) === place,
  )
}

/** 1-based, where a statement first names a table; 1 where it does not. */
export function tablePosition(sql: string, { schema, name }: TableName): number {
  const parsed = parseSql(sql)
  let location: number | undefined
  walkTree(parsed.statement, (kind, fields) => {
    const isIt = kind === 'RangeVar' && fields.relname === name && fields.schemaname === schema
    if (isIt && typeof fields.location === 'number') location ??= fields.location
    return true
  })
  return parsed.positionOf(location)
}

/** `visible`: names of CTEs that hide a table here. Without schema only: `public.recent` is never a CTE. */
function collect(node: unknown, visible: ReadonlySet<string>, found: TableName[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, visible, found)
    return
  }
  const fields = recordOf(node)
  if (fields === undefined) return
  const table = tableOf(fields.RangeVar)
  if (table !== undefined && (table.schema !== undefined || !visible.has(table.name))) found.push(table)
  const inside = withOwnNames(fields, visible, found)
  for (const [name, value] of Object.entries(fields)) if (name !== 'withClause') collect(value, inside, found)
}

/** A CTE sees those before it, and itself when they are recursive; the statement sees all. */
function withOwnNames(
  fields: Readonly<Record<string, unknown>>,
  visible: ReadonlySet<string>,
  found: TableName[],
): ReadonlySet<string> {
  const clause = recordOf(fields.withClause)
  if (clause === undefined || !Array.isArray(clause.ctes)) return visible
  const names = new Set(visible)
  const ctes = clause.ctes.map((cte) => recordOf(recordOf(cte)?.CommonTableExpr))
  if (clause.recursive === true) for (const cte of ctes) addName(names, cte)
  for (const cte of ctes) {
    collect(cte?.ctequery, new Set(names), found)
    addName(names, cte)
  }
  return names
}

function addName(names: Set<string>, cte: Readonly<Record<string, unknown>> | undefined): void {
  if (typeof cte?.ctename === 'string') names.add(cte.ctename)
}

function tableOf(rangeVar: unknown): TableName | undefined {
  const { schemaname, relname } = recordOf(rangeVar) ?? {}
  if (typeof relname !== 'string') return undefined
  return { schema: typeof schemaname === 'string' ? schemaname : undefined, name: relname }
}
