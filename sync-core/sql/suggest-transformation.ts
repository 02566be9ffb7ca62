import type { Transformation } from '../domain/public-schema.ts'
import { type PinnedColumn, pinnedColumns } from './infer-key.ts'
import { columnPath } from './output-columns.ts'
import { type ParsedSql, parseSql, showPlaceholder } from './parse.ts'
import { showName, showTableName, type TableName } from './table-name.ts'
import { recordOf, walkTree } from './walk-tree.ts'

/**
 * The transformation that would listen to a table which SQL reads: the same SELECT with its join turned round, so that
 * it is asked by the columns that the joined row has. Where other tables stand between, they are looked through by a
 * subquery. `undefined` where the SQL does not join by plain equality.
 */
export function suggestTransformation(sql: string, untracked: TableName): Transformation | undefined {
  const parsed = parseSql(sql)
  const joins = joinsOf(parsed)
  const pins = pinnedColumns(parsed)
  const edits = new Map<PinnedColumn, string>()
  for (const pin of pins) {
    const path = pathTo(untracked, columnOfPin(pin), joins, new Set([pin.from.alias]))
    if (path !== undefined) edits.set(pin, path)
  }
  const [pin, another] = pins
  if (edits.size === 0 && pin !== undefined && another === undefined) {
    // The row itself refers to the table: its rows are found by that column.
    const path = subquery(untracked, columnOfPin(pin), joins, new Set([pin.from.alias]))
    if (path !== undefined) edits.set(pin, path)
  }
  if (edits.size === 0) return undefined
  return { table: showTableName(untracked), sql: rewrite(parsed, edits) }
}

interface Column {
  readonly alias: string
  readonly column: string
}

interface Joins {
  /** By alias; one that stands for several tables is left out. */
  readonly tables: ReadonlyMap<string, TableName>
  readonly equalities: readonly (readonly [Column, Column])[]
}

function joinsOf({ statement }: ParsedSql): Joins {
  const tables = new Map<string, TableName>()
  const repeated = new Set<string>()
  const equalities: (readonly [Column, Column])[] = []
  walkTree(statement, (kind, fields) => {
    if (kind === 'RangeVar' && typeof fields.relname === 'string') {
      const alias = recordOf(fields.alias)?.aliasname
      const name = typeof alias === 'string' ? alias : fields.relname
      if (tables.has(name)) repeated.add(name)
      const schema = typeof fields.schemaname === 'string' ? fields.schemaname : undefined
      tables.set(name, { schema, name: fields.relname })
    }
    if (kind === 'A_Expr' && isEquality(fields)) {
      const [left, right] = [columnOf(fields.lexpr), columnOf(fields.rexpr)]
      if (left !== undefined && right !== undefined) equalities.push([left, right])
    }
    return true
  })
  for (const alias of repeated) tables.delete(alias)
  return { tables, equalities }
}

function isEquality({ kind, name }: Readonly<Record<string, unknown>>): boolean {
  const [operator] = Array.isArray(name) ? name : []
  return kind === 'AEXPR_OP' && recordOf(recordOf(operator)?.String)?.sval === '='
}

function columnOf(node: unknown): Column | undefined {
  const path = columnPath(node as Parameters<typeof columnPath>[0])
  const [alias, column, more] = path ?? []
  return alias === undefined || column === undefined || more !== undefined ? undefined : { alias, column }
}

/**
 * What stands for the value of `wanted`, in terms of a row of the untracked table: its own placeholder, or a subquery
 * over the table that is joined to `wanted` and, further on, to the untracked one.
 */
function pathTo(untracked: TableName, wanted: Column, joins: Joins, seen: ReadonlySet<string>): string | undefined {
  const neighbours = joins.equalities.flatMap(([left, right]) => {
    if (sameColumn(left, wanted)) return [right]
    return sameColumn(right, wanted) ? [left] : []
  })
  for (const { alias, column } of neighbours) {
    const table = joins.tables.get(alias)
    if (table?.name === untracked.name && table.schema === untracked.schema) {
      return showPlaceholder({ name: column, index: undefined, start: 0, end: 0 })
    }
  }
  for (const neighbour of neighbours) {
    if (seen.has(neighbour.alias)) continue
    const path = subquery(untracked, neighbour, joins, new Set([...seen, neighbour.alias]))
    if (path !== undefined) return path
  }
  return undefined
}

/** The values of a column in those rows of its table that a row of the untracked table belongs to. */
function subquery(
  untracked: TableName,
  { alias, column }: Column,
  joins: Joins,
  seen: ReadonlySet<string>,
): string | undefined {
  const table = joins.tables.get(alias)
  const condition = table && throughTable(untracked, alias, joins, seen)
  if (table === undefined || condition === undefined) return undefined
  const named = alias === table.name ? showTableName(table) : `${showTableName(table)} ${showName(alias)}`
  return `any (array(select ${showName(alias)}.${showName(column)} from ${named} where ${condition}))`
}

function columnOfPin({ from, sourceColumn }: PinnedColumn): Column {
  return { alias: from.alias, column: sourceColumn }
}

/** The condition on `alias` that finds its rows by a row of the untracked table. */
function throughTable(
  untracked: TableName,
  alias: string,
  joins: Joins,
  seen: ReadonlySet<string>,
): string | undefined {
  const own = joins.equalities.flat().filter((column) => column.alias === alias)
  for (const column of own) {
    const value = pathTo(untracked, column, joins, seen)
    if (value !== undefined) return `${showName(alias)}.${showName(column.column)} = ${value}`
  }
  return undefined
}

function sameColumn(a: Column, b: Column): boolean {
  return a.alias === b.alias && a.column === b.column
}

/** From the end, so that places before stay what they are. */
function rewrite({ sql }: ParsedSql, edits: ReadonlyMap<PinnedColumn, string>): string {
  let text = sql
  const ordered = [...edits].sort(([a], [b]) => b.placeholder.start - a.placeholder.start)
  for (const [{ placeholder }, value] of ordered) {
    text = `${text.slice(0, placeholder.start)}${value}${text.slice(placeholder.end)}`
  }
  return text
}
