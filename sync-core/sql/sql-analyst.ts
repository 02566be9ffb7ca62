import { FailureError } from '../domain/failure.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { checkConsumerSql } from './check-consumer-sql.ts'
import { inferKey } from './infer-key.ts'
import { insertAsSelect } from './insert-as-select.ts'
import { keyIsSourceKey } from './key-is-source-key.ts'
import { overImages } from './over-images.ts'
import { parseSql } from './parse.ts'
import { rewritePlaceholders } from './placeholders.ts'
import { returnsRows } from './returns-rows.ts'
import { SqlError } from './sql-problem.ts'
import { writtenRows } from './written-rows.ts'

/** What the grammar says, for those who may not know it themselves. */
export const sqlAnalyst: SqlAnalyst = {
  template(text, object) {
    try {
      const { sql, placeholders } = parseSql(text)
      return { sql, placeholders }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      throw new FailureError(
        {
          kind: 'sql',
          policy: 'halt',
          object,
          message: `Cannot read the SQL of ${object}: ${error.message}`,
          solution: 'Correct the SQL at this position',
          position: error.position,
        },
        error,
      )
    }
  },
  render: ({ sql, placeholders }, replace) => rewritePlaceholders(sql, placeholders, replace),
  returnsRows: ({ sql }) => returnsRows(parseSql(sql).statement),
  insertAsSelect,
  writtenTable: ({ sql }) => checkConsumerSql(sql, undefined).statement?.target,
  writtenRows: ({ sql }, tableColumns) => writtenRows(sql, tableColumns),
  inferKey: (sql) => inferKey(sql)?.outputColumns,
  overImages,
  keyIsSourceKey: (sql, table, identity, key, columns) => keyIsSourceKey({ sql, table, identity, key, columns }),
}
