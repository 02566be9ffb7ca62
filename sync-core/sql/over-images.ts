import type { Node, SelectStmt } from 'libpg-query'
import type { OverImages } from '../domain/sql-analyst.ts'
import { fromTables } from './from-tables.ts'
import { pinnedColumns } from './infer-key.ts'
import { columnPath, outputColumns } from './output-columns.ts'
import { type ParsedSql, parseSql } from './parse.ts'
import { replaceTable } from './replace-table.ts'
import { mayBeSameTable, readTableName, type TableName } from './table-name.ts'
import { timeFunctions, volatileFunctions } from './unstable-functions.ts'
import { recordOf, walkTree } from './walk-tree.ts'

/**
 * Whether SQL gives for a row alone what it gives for it among all others, so that it may run over the images of the
 * WAL: it reads the changed row of its one table, and nothing that could have changed since. What only the server knows,
 * such as what a function is, it is asked for afterwards.
 *
 * @param image what stands in the table's place: a subselect in brackets
 */
export function overImages(sql: string, table: string, image: string): OverImages {
  const parsed = parseSql(sql)
  const listened = readTableName(table)
  if (listened === undefined) return { reason: `${table} is no name of a table` }
  const reason = whyNot(parsed, listened)
  if (reason !== undefined) return { reason }
  const replaced = replaceTable(sql, listened, image)
  if (replaced === undefined) return { reason: `it calls something else ${table}` }
  return {
    sql: replaced,
    columns: columnsRead(parsed, listened),
    ...plainOutputs(parsed),
    functions: namesOf(parsed, 'FuncCall', 'funcname'),
    operators: namesOf(parsed, 'A_Expr', 'name'),
  }
}

/** Why it is not so, as the end of a sentence that names the SQL; `undefined` when its text has nothing against it. */
export function whyNotOverImages(sql: string, table: string): string | undefined {
  const listened = readTableName(table)
  return listened === undefined ? `${table} is no name of a table` : whyNot(parseSql(sql), listened)
}

function whyNot(parsed: ParsedSql, table: TableName): string | undefined {
  const { statement } = parsed
  if (!('SelectStmt' in statement)) return 'it is no SELECT'
  const select = statement.SelectStmt
  const shape = shapeOf(select, table)
  if (shape !== undefined) return shape
  const isPinned = pinnedColumns(parsed).some(
    ({ from, cast, placeholder, sourceColumn }) =>
      from.table !== undefined && !cast && (placeholder.name ?? sourceColumn) === sourceColumn,
  )
  if (!isPinned) return 'its WHERE does not name the changed row by its key'
  let found: string | undefined
  walkTree(statement, (kind, fields) => {
    found ??= unfit(kind, fields)
    return found === undefined
  })
  return found
}

function shapeOf(select: SelectStmt, table: TableName): string | undefined {
  if (select.op !== 'SETOP_NONE' || select.valuesLists !== undefined) return 'it is more than one plain SELECT'
  if (select.withClause !== undefined) return 'it has a WITH'
  const { only, tables } = fromTables(select)
  if (only?.table === undefined) return tables.length > 1 ? 'it joins tables' : 'it does not read one table alone'
  if (!mayBeSameTable(only.table, table)) return 'it reads another table than the one whose rows change'
  if (select.groupClause !== undefined || select.havingClause !== undefined) return 'it groups rows'
  if (select.limitCount !== undefined || select.limitOffset !== undefined) return 'it has a LIMIT'
  if (select.distinctClause !== undefined) return 'it has a DISTINCT'
  if (select.windowClause !== undefined) return 'it has a window'
  return undefined
}

/** Of the server itself; others it is asked about. */
const aggregates: ReadonlySet<string> = new Set(
  (
    'any_value array_agg avg bit_and bit_or bool_and bool_or count every json_agg json_object_agg jsonb_agg ' +
    'jsonb_object_agg max min string_agg sum xmlagg'
  ).split(' '),
)

/** As text they are a time only once they are cast. */
const timeWords: ReadonlySet<string> = new Set(['now', 'today', 'tomorrow', 'yesterday'])

function unfit(kind: string, fields: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === 'SubLink' || kind === 'RangeSubselect') return 'it has a subquery'
  if (kind === 'SQLValueFunction') return 'it asks for the time, or for who asks'
  if (kind === 'JsonObjectAgg' || kind === 'JsonArrayAgg' || kind === 'GroupingFunc') return 'it aggregates rows'
  if (kind === 'A_Const') return isTimeWord(fields) ? 'it asks for the time' : undefined
  if (kind === 'TypeCast') return castsToReg(fields) ? 'it looks names up in the catalogue' : undefined
  if (kind !== 'FuncCall') return undefined
  const name = lastName(fields.funcname)
  if (fields.over !== undefined) return 'it has a window'
  if (
    aggregates.has(name) ||
    fields.agg_star === true ||
    fields.agg_order !== undefined ||
    fields.agg_filter !== undefined
  )
    return 'it aggregates rows'
  if (timeFunctions.has(name)) return `${name}() gives the time`
  return volatileFunctions.has(name) ? `${name}() answers differently each time` : undefined
}

function isTimeWord(fields: Readonly<Record<string, unknown>>): boolean {
  const text = recordOf(fields.sval)?.sval
  return typeof text === 'string' && timeWords.has(text.trim().toLowerCase())
}

/** `regclass` and its like. */
function castsToReg({ typeName }: Readonly<Record<string, unknown>>): boolean {
  return lastName(recordOf(typeName)?.names).startsWith('reg')
}

/** Columns of the table that the SQL names; `all` where it takes the row as a whole. Rather too many than too few. */
function columnsRead(parsed: ParsedSql, table: TableName): OverImagesColumns {
  const { statement } = parsed
  const alias = 'SelectStmt' in statement ? fromTables(statement.SelectStmt).only?.alias : undefined
  const names = new Set<string>()
  let all = false
  walkTree(statement, (kind, fields) => {
    if (kind !== 'ColumnRef' || !Array.isArray(fields.fields)) return true
    for (const field of fields.fields as readonly Node[]) if ('A_Star' in field) all = true
    const path = namesIn(fields.fields)
    for (const name of path) names.add(name)
    if (path.length === 1 && (path[0] === alias || path[0] === table.name)) all = true
    return true
  })
  return all ? 'all' : [...names]
}

function plainOutputs({ statement }: ParsedSql): {
  readonly plain: ReadonlyMap<string, string>
  readonly star: boolean
} {
  const outputs = 'SelectStmt' in statement ? outputColumns(statement.SelectStmt) : []
  const plain = outputs.flatMap(({ name, value }): readonly [string, string][] => {
    const column = columnPath(value)?.at(-1)
    return name === undefined || column === undefined ? [] : [[column, name]]
  })
  return { plain: new Map(plain), star: outputs.some(({ name }) => name === undefined) }
}

type OverImagesColumns = readonly string[] | 'all'

function namesOf(parsed: ParsedSql, kind: string, field: string): readonly string[] {
  const names = new Set<string>()
  walkTree(parsed.statement, (visited, fields) => {
    if (visited === kind) names.add(lastName(fields[field]))
    return true
  })
  return [...names]
}

function namesIn(path: unknown): readonly string[] {
  if (!Array.isArray(path)) return []
  return path.flatMap((part) => {
    const name = recordOf(recordOf(part)?.String)?.sval
    return typeof name === 'string' ? [name] : []
  })
}

function lastName(path: unknown): string {
  return namesIn(path).at(-1) ?? ''
}
