import type { Node, SelectStmt } from 'libpg-query'
import type { TableName } from './table-name.ts'

/** A table reference at the top of a SELECT's FROM. */
export interface FromTable {
  /** What its columns are called by: the alias, or the table's name. */
  readonly alias: string
  /** `undefined` where the name is a CTE's: then the rows are not the table's. */
  readonly table: TableName | undefined
  /** An alias may rename the columns, `account as a(x, y)`. */
  readonly columnsRenamed: boolean
  /** `schema.table.column` is possible. */
  readonly aliased: boolean
}

export interface From {
  readonly tables: readonly FromTable[]
  /** The whole FROM is this one table: columns need no alias. */
  readonly only: FromTable | undefined
}

/** The tables of `from a join b …, c`; subqueries and functions are no tables, a join with an alias hides its own. */
export function fromTables(select: SelectStmt): From {
  const ctes = new Set(
    (select.withClause?.ctes ?? []).map((cte) => ('CommonTableExpr' in cte ? cte.CommonTableExpr.ctename : undefined)),
  )
  const items = (select.fromClause ?? []).flatMap(leaves)
  const tables = items.flatMap((item) => (item === undefined ? [] : [fromTable(item, ctes)]))
  return { tables, only: items.length === 1 ? tables[0] : undefined }
}

type RangeVar = Extract<Node, { RangeVar: unknown }>['RangeVar']

/** Each reference below an item; `undefined` stands for one that is no table. */
function leaves(item: Node | undefined): readonly (RangeVar | undefined)[] {
  if (item === undefined) return [undefined]
  if ('RangeVar' in item) return [item.RangeVar]
  if (!('JoinExpr' in item) || item.JoinExpr.alias !== undefined) return [undefined]
  return [...leaves(item.JoinExpr.larg), ...leaves(item.JoinExpr.rarg)]
}

function fromTable(item: RangeVar, ctes: ReadonlySet<string | undefined>): FromTable {
  const name = item.relname ?? ''
  const isCte = item.schemaname === undefined && ctes.has(name)
  return {
    alias: item.alias?.aliasname ?? name,
    table: isCte ? undefined : { schema: item.schemaname, name },
    columnsRenamed: (item.alias?.colnames ?? []).length > 0,
    aliased: item.alias !== undefined,
  }
}
