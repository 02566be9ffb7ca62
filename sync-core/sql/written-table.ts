import type { Node } from 'libpg-query'
import { parseSql } from './parse.ts'
import { SqlError } from './sql-problem.ts'
import type { TableName } from './table-name.ts'

/** The table that a statement writes, as it names it; `undefined` where it writes none, or cannot be read. */
export function writtenTable(sql: string): TableName | undefined {
  try {
    const { relname, schemaname } = relationOf(parseSql(sql).statement) ?? {}
    return relname === undefined ? undefined : { schema: schemaname, name: relname }
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}

function relationOf(statement: Node) {
  if ('InsertStmt' in statement) return statement.InsertStmt.relation
  if ('UpdateStmt' in statement) return statement.UpdateStmt.relation
  if ('DeleteStmt' in statement) return statement.DeleteStmt.relation
  if ('MergeStmt' in statement) return statement.MergeStmt.relation
  return undefined
}
