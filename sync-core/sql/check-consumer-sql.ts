import type { Node } from 'libpg-query'
import { type ParsedSql, parseSql, showPlaceholder } from './parse.ts'
import { hasReturning } from './returns-rows.ts'
import { SqlError, type SqlProblem } from './sql-problem.ts'
import type { TableName } from './table-name.ts'

export type StatementKind = 'insert' | 'update' | 'delete' | 'merge' | 'select'

export interface ConsumerStatement {
  readonly kind: StatementKind
  readonly returning: boolean
  /** Names of the contract's columns that it uses, each once, in order. */
  readonly columns: readonly string[]
  /** What it writes; `undefined` for a SELECT. */
  readonly target: TableName | undefined
}

export interface CheckedConsumerSql {
  readonly statement: ConsumerStatement | undefined
  readonly problems: readonly SqlProblem[]
}

/**
 * What a consumer's SQL is, as far as its text says, and what is wrong with it. `columns` are the contract's in their
 * order; `undefined` when they are not known, and then no placeholder is unknown. `$n` is the n-th of them.
 */
export function checkConsumerSql(sql: string, columns: readonly string[] | undefined): CheckedConsumerSql {
  try {
    const parsed = parseSql(sql)
    const written = writtenBy(parsed.statement)
    if (written === undefined)
      return refused('The SQL of a consumer schema is one INSERT, UPDATE, DELETE, MERGE or SELECT')
    const used = parsed.placeholders.map(({ name, index }) => name ?? columns?.[(index ?? 0) - 1])
    const statement = {
      ...written,
      returning: hasReturning(parsed.statement),
      columns: [...new Set(used.filter((name) => name !== undefined))],
    }
    return { statement, problems: unknownColumns(parsed, columns) }
  } catch (failure) {
    if (failure instanceof SqlError) return refused(failure.message, failure.position)
    throw failure
  }
}

function refused(message: string, position = 1): CheckedConsumerSql {
  return { statement: undefined, problems: [{ severity: 'error', position, message }] }
}

function writtenBy(statement: Node): Pick<ConsumerStatement, 'kind' | 'target'> | undefined {
  if ('InsertStmt' in statement) return { kind: 'insert', target: nameOf(statement.InsertStmt.relation) }
  if ('UpdateStmt' in statement) return { kind: 'update', target: nameOf(statement.UpdateStmt.relation) }
  if ('DeleteStmt' in statement) return { kind: 'delete', target: nameOf(statement.DeleteStmt.relation) }
  if ('MergeStmt' in statement) return { kind: 'merge', target: nameOf(statement.MergeStmt.relation) }
  if ('SelectStmt' in statement && statement.SelectStmt.intoClause === undefined) {
    return { kind: 'select', target: undefined }
  }
  return undefined
}

function nameOf(
  relation: { readonly schemaname?: string; readonly relname?: string } | undefined,
): TableName | undefined {
  return relation?.relname === undefined ? undefined : { schema: relation.schemaname, name: relation.relname }
}

function unknownColumns(parsed: ParsedSql, columns: readonly string[] | undefined): readonly SqlProblem[] {
  if (columns === undefined) return []
  const unknown = parsed.placeholders.filter(({ name, index }) =>
    name === undefined ? (index ?? 0) > columns.length : !columns.includes(name),
  )
  return unknown.map((placeholder) => ({
    severity: 'error',
    position: placeholder.start + 1,
    message: `${showPlaceholder(placeholder)} is no column of the public schema, which has ${columns.join(', ')}`,
  }))
}
