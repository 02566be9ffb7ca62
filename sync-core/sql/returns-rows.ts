import type { Node } from 'libpg-query'

/** Whether a statement gives rows back: SELECT, VALUES, or anything with RETURNING. */
export function returnsRows(statement: Node): boolean {
  return 'SelectStmt' in statement || hasReturning(statement)
}

/** Whether a writing statement has RETURNING. */
export function hasReturning(statement: Node): boolean {
  if ('InsertStmt' in statement) return statement.InsertStmt.returningClause !== undefined
  if ('UpdateStmt' in statement) return statement.UpdateStmt.returningClause !== undefined
  if ('DeleteStmt' in statement) return statement.DeleteStmt.returningClause !== undefined
  if ('MergeStmt' in statement) return statement.MergeStmt.returningClause !== undefined
  return false
}
