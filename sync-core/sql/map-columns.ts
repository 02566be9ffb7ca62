import type { Node } from 'libpg-query'
import type { CatalogueColumn, CatalogueTable } from '../domain/catalogue.ts'
import type { ColumnMapping, Contract, MappedColumn } from '../domain/consumer-draft.ts'
import { type ParsedSql, parseSql } from './parse.ts'
import { misfit } from './portable-type.ts'
import { SqlError } from './sql-problem.ts'
import { recordOf, walkTree } from './walk-tree.ts'

/**
 * Which columns of the contract come into which of the table that a consumer's SQL writes, and what of it cannot go well. Of an INSERT
 * and an UPDATE; of other statements only which columns are used. SQL that cannot be read uses nothing.
 */
export function mapColumns(
  { columns: promised }: Contract,
  statements: readonly (string | undefined)[],
  table: Pick<CatalogueTable, 'columns'> | undefined,
): ColumnMapping {
  const parsed = statements.flatMap((sql) => (sql === undefined ? [] : readable(sql)))
  const nameOf = (parameter: number, one: ParsedSql): string | undefined => {
    const placeholder = one.placeholderOf(parameter)
    return placeholder?.name ?? promised[(placeholder?.index ?? 0) - 1]?.name
  }
  const used = new Set(
    parsed.flatMap((one) => one.placeholders.map(({ name, index }) => name ?? promised[(index ?? 0) - 1]?.name)),
  )
  const upsert = parsed.find(({ sql }) => statements[0]?.startsWith(sql))
  const written = upsert === undefined ? new Map() : writtenColumns(upsert, table)
  const isInsert = upsert !== undefined && 'InsertStmt' in upsert.statement
  return {
    unused: promised.filter(({ name }) => !used.has(name)).map(({ name }) => name),
    columns: (table?.columns ?? []).map((column) => {
      const value = written.get(column.name)
      if (value === undefined || upsert === undefined) {
        return { column, filledBy: undefined, problem: isInsert ? lacking(column) : undefined }
      }
      const filledBy = parametersIn(value).flatMap((parameter) => nameOf(parameter, upsert) ?? [])
      const direct = 'ParamRef' in value ? promised.find(({ name }) => name === filledBy[0]) : undefined
      return { column, filledBy, problem: direct && problemOf(column, direct) }
    }),
  }
}

function readable(sql: string): readonly ParsedSql[] {
  try {
    return [parseSql(sql)]
  } catch (error) {
    if (error instanceof SqlError) return []
    throw error
  }
}

/** What each column is set to by the first row of VALUES, the SELECT's output, or SET. */
function writtenColumns(
  { statement }: ParsedSql,
  table: Pick<CatalogueTable, 'columns'> | undefined,
): ReadonlyMap<string, Node> {
  if ('UpdateStmt' in statement) return assigned(statement.UpdateStmt.targetList)
  if (!('InsertStmt' in statement)) return new Map()
  const { cols, selectStmt } = statement.InsertStmt
  const names =
    cols?.map((one) => ('ResTarget' in one ? (one.ResTarget.name ?? '') : '')) ??
    table?.columns.map(({ name }) => name) ??
    []
  const select = selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : undefined
  const [row] = select?.valuesLists ?? []
  const values: readonly (Node | undefined)[] =
    row !== undefined && 'List' in row
      ? (row.List.items ?? [])
      : (select?.targetList ?? []).map((one) => ('ResTarget' in one ? one.ResTarget.val : undefined))
  const found = new Map<string, Node>()
  for (const [place, value] of values.entries()) {
    const name = names[place]
    if (name !== undefined && value !== undefined && !('SetToDefault' in value)) found.set(name, value)
  }
  return found
}

function assigned(targets: readonly Node[] | undefined): ReadonlyMap<string, Node> {
  const found = new Map<string, Node>()
  for (const target of targets ?? []) {
    if ('ResTarget' in target && target.ResTarget.val !== undefined)
      found.set(target.ResTarget.name ?? '', target.ResTarget.val)
  }
  return found
}

function parametersIn(value: Node): readonly number[] {
  const found: number[] = []
  walkTree([value], (kind, fields) => {
    if (kind === 'ParamRef') found.push(Number(recordOf(fields)?.number ?? 0))
    return true
  })
  return [...new Set(found)]
}

function lacking({ nullable, default: otherwise, generated }: CatalogueColumn): MappedColumn['problem'] {
  if (nullable || otherwise !== undefined || generated !== undefined) return undefined
  return { severity: 'error', message: 'It is NOT NULL without a default, and gets no value' }
}

function problemOf(column: CatalogueColumn, given: Contract['columns'][number]): MappedColumn['problem'] {
  if (column.generated === 'always' || column.generated === 'stored' || column.generated === 'virtual') {
    return { severity: 'error', message: 'Its values are generated: it cannot be written' }
  }
  if (!column.nullable && given.nullable) {
    return { severity: 'warning', message: `It is NOT NULL, and "${given.name}" may be NULL` }
  }
  const reason = given.postgresType === undefined ? undefined : misfit(given.postgresType, column.type)
  return reason === undefined ? undefined : { severity: 'warning', message: `It gets ${given.postgresType}: ${reason}` }
}
