import type { PostgresConnection } from '../domain/connection.ts'
import type { Preview, PreviewRequest } from '../domain/preview.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import type { AskLimits } from '../postgres/define/ask.ts'
import { previewRows } from '../postgres/define/preview-rows.ts'
import { checkPublicSql } from '../sql/check-public-sql.ts'
import { markWords } from '../sql/mark-words.ts'
import { replaceTable } from '../sql/replace-table.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { readTableName } from '../sql/table-name.ts'
import { diagnosticOf } from './sentence.ts'

/**
 * The rows that a transformation gives for some rows of its table. SQL that its text condemns is not run. Reads only, for 5 s at
 * most a statement. Throws a FailureError where the source cannot be asked, or the signal's reason.
 */
export async function previewTransformation(
  connection: PostgresConnection,
  { transformation, rows }: PreviewRequest,
  limits: AskLimits = {},
): Promise<Preview> {
  const { sql, table } = transformation
  const errors = checkPublicSql(sql).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return refused(errors.map((problem) => markWords(sql, problem)))
  const name = readTableName(table)
  const sqlOverImage = rows.by === 'image' && name !== undefined ? replaceTable(sql, name, '__rejot_image') : undefined
  if (rows.by === 'image' && sqlOverImage === undefined) {
    return refused([markWords(sql, { severity: 'error', position: 1, message: hiddenTable })])
  }
  try {
    const found = await previewRows(connection, { transformation, rows, analyst: sqlAnalyst, sqlOverImage, limits })
    return { diagnostics: [], ...found }
  } catch (error) {
    return refused([diagnosticOf(error, sql, { object: connection.slug, limits })])
  }
}

const hiddenTable = 'An edited row cannot be tried: a WITH has the name of the table'

function refused(diagnostics: readonly SqlDiagnostic[]): Preview {
  return { diagnostics, identity: [], sources: [], columns: [], rows: [], truncated: false, elapsedMs: 0 }
}
