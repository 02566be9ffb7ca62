import type { PostgresConnection } from '../domain/connection.ts'
import { FailureError } from '../domain/failure.ts'
import { ask } from '../postgres/define/ask.ts'
import { quoteIdentifier } from '../postgres/quote.ts'
import { parseGrammar } from '../sql/grammar.ts'
import { SqlError } from '../sql/sql-problem.ts'

/** What comes with a table: nothing else is run. */
const allowed = ['CreateStmt', 'CommentStmt', 'IndexStmt', 'CreateSchemaStmt']

/** Why this SQL does not just make a table, as a sentence; `undefined`: it does. Pure. */
export function faultOfTableSql(sql: string): string | undefined {
  try {
    const kinds = (parseGrammar(sql).stmts ?? []).map(({ stmt }) => Object.keys(stmt ?? {})[0] ?? '')
    if (!kinds.includes('CreateStmt')) return 'It makes no table'
    return kinds.every((kind) => allowed.includes(kind)) ? undefined : 'It does more than make a table'
  } catch (error) {
    if (error instanceof SqlError) return error.message
    throw error
  }
}

/** The first table that this SQL makes, as SQL names it; it makes one. Pure. */
function tableOf(sql: string): string {
  for (const { stmt } of parseGrammar(sql).stmts ?? []) {
    if (stmt === undefined || !('CreateStmt' in stmt)) continue
    const { schemaname, relname = '' } = stmt.CreateStmt.relation ?? {}
    return [...(schemaname === undefined ? [] : [schemaname]), relname].map(quoteIdentifier).join('.')
  }
  throw new Error('The SQL makes no table')
}

/**
 * Makes a table in one transaction: whole or not at all. Returns its name, as SQL has it. Throws a FailureError when that
 * cannot be.
 */
export async function makeTable(connection: PostgresConnection, sql: string): Promise<string> {
  const fault = faultOfTableSql(sql)
  if (fault !== undefined) {
    throw new FailureError({
      kind: 'refused',
      policy: 'halt',
      object: connection.slug,
      message: `Cannot make the table at ${connection.slug}: ${fault}`,
      solution: 'CREATE TABLE is run here, with its indexes, comments and schema; run anything else yourself.',
    })
  }
  await ask(connection, { purpose: 'make table', transaction: 'own', timeoutMs: 30_000 }, (session) =>
    session.script(`begin;\n${sql}\n;\ncommit`),
  )
  return tableOf(sql)
}
