import type { PostgresConnection } from '../domain/connection.ts'
import type { Transformation } from '../domain/public-schema.ts'
import type { QueryPlan, WholeRead } from '../domain/query-plan.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import type { AskLimits } from '../postgres/define/ask.ts'
import { planStatement } from '../postgres/define/plan-statement.ts'
import { checkPublicSql } from '../sql/check-public-sql.ts'
import { dependedTables, tablePosition } from '../sql/depended-tables.ts'
import { markWords } from '../sql/mark-words.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { showName, showTableName } from '../sql/table-name.ts'
import { diagnosticOf } from './sentence.ts'

/**
 * How the source would run a transformation when rows of its table change, with a warning for each large table that it would read as a
 * whole. Throws a FailureError where the source cannot be asked, or the signal's reason.
 */
export async function planTransformation(
  connection: PostgresConnection,
  transformation: Transformation,
  limits: AskLimits = {},
): Promise<QueryPlan> {
  const { sql } = transformation
  const errors = checkPublicSql(sql).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return { diagnostics: errors.map((one) => markWords(sql, one)), root: undefined, keys: 0 }
  try {
    const { root, keys, wholeReads } = await planStatement(connection, { transformation, analyst: sqlAnalyst, limits })
    return { diagnostics: wholeReads.map((read) => warningOf(sql, read)), root, keys }
  } catch (error) {
    return { diagnostics: [diagnosticOf(error, sql, { object: connection.slug, limits })], root: undefined, keys: 0 }
  }
}

function warningOf(sql: string, { schema, table, rowsEstimated, columns }: WholeRead): SqlDiagnostic {
  const name = { schema, name: table }
  const written = dependedTables(sql).find((one) => one.name === table && (one.schema ?? schema) === schema)
  const rows = rowsEstimated.toLocaleString('en')
  return markWords(sql, {
    severity: 'warning',
    position: written === undefined ? 1 : tablePosition(sql, written),
    message: `All of ${showTableName(name)} is read for each change: about ${rows} rows`,
    hint:
      columns.length === 0
        ? undefined
        : `An index would help: CREATE INDEX CONCURRENTLY ON ${showTableName(name)} (${columns.join(', ')})`,
    cure:
      columns.length === 0
        ? undefined
        : `create index concurrently on ${showName(schema)}.${showName(table)} (${columns.join(', ')})`,
  })
}
