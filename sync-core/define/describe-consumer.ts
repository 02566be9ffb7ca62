import type { PostgresConnection } from '../domain/connection.ts'
import type { ConsumerDescription, ConsumerDraft, Contract } from '../domain/consumer-draft.ts'
import type { SqlDiagnostic, SqlProblem } from '../domain/sql-problem.ts'
import type { AskLimits } from '../postgres/define/ask.ts'
import { prepareStatements } from '../postgres/define/dry-run.ts'
import { readCatalogue } from '../postgres/define/read-catalogue.ts'
import { checkConsumerSql } from '../sql/check-consumer-sql.ts'
import { keyWarnings } from '../sql/key-warnings.ts'
import { mapColumns } from '../sql/map-columns.ts'
import { markWords } from '../sql/mark-words.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { mayBeSameTable, readTableName, showTableName, type TableName } from '../sql/table-name.ts'
import { newTable } from './new-table.ts'
import { type Asked, diagnosticOf } from './sentence.ts'

export interface ConsumerQuestion {
  readonly draft: ConsumerDraft
  readonly contract: Contract
  /** Tables of the destination that public schemas of its own source are made of: to write one would never end. */
  readonly published?: readonly string[] | undefined
}

/**
 * What is wrong with a consumer schema that is being written, by its text and by its destination's own reading, and what
 * comes into which column there. Nothing of it is run. Throws a FailureError where the destination cannot be asked, or the
 * signal's reason.
 */
export async function describeConsumer(
  connection: PostgresConnection,
  question: ConsumerQuestion,
  limits: AskLimits = {},
): Promise<ConsumerDescription> {
  const { draft, contract } = question
  const upsert = checkText(draft.sql, question)
  const remove = draft.deleteSql === undefined ? [] : checkText(draft.deleteSql, question)
  const statements = statementsOf(draft, contract)
  const fresh = newTable(draft)
  const said =
    isReadable(upsert) && isReadable(remove) && isReadable(fresh.problems)
      ? await prepareStatements(connection, { statements, analyst: sqlAnalyst, limits, trial: fresh.trial })
      : nothingSaid
  const target = checkConsumerSql(draft.sql, undefined).statement?.target
  const only = target && showTableName(target)
  const { tables } =
    only === undefined || said.columns !== undefined
      ? { tables: [{ columns: said.columns ?? [] }] }
      : await readCatalogue(connection, { only, signal: limits.signal })
  const asked = { object: draft.name, limits }
  const told = (error: unknown, sql: string) => refused(error, sql, asked).filter(fresh.concerns)
  return {
    sql: [...upsert, ...told(said.sql, draft.sql)],
    deleteSql: [...remove, ...told(said.deleteSql, draft.deleteSql ?? '')],
    createTable: [...fresh.problems, ...refused(said.createTable, draft.createTable ?? '', asked)],
    mapping: mapColumns(contract, [draft.sql, draft.deleteSql], tables[0]),
  }
}

const nothingSaid = { sql: undefined, deleteSql: undefined, createTable: undefined, columns: undefined }

/** As the engine is given them. */
export function statementsOf({ name, sql, deleteSql }: ConsumerDraft, { columns }: Contract) {
  const typed = columns.map((column) => ({ name: column.name, type: column.postgresType }))
  return { consumer: name, sql, deleteSql, columns: typed }
}

/** By its text alone: one statement, known placeholders, the contract's key, no loop. */
export function checkText(sql: string, { contract, published }: ConsumerQuestion): readonly SqlDiagnostic[] {
  const names = contract.columns.map(({ name }) => name)
  const { statement, problems } = checkConsumerSql(sql, names)
  const target = statement?.target
  const warnings =
    target === undefined ? [] : keyWarnings(sql, { name: contract.name, key: contract.key, columns: names })
  const loops = target === undefined ? [] : loopProblems(target, published)
  return [...problems, ...loops, ...warnings].map((problem) => markWords(sql, problem))
}

function loopProblems(target: TableName, published: readonly string[] = []): readonly SqlProblem[] {
  const own = published.find((table) => {
    const name = readTableName(table)
    return name !== undefined && mayBeSameTable(name, target)
  })
  if (own === undefined) return []
  const message = `It writes ${showTableName(target)}, which its own source publishes from: that would never end`
  return [{ severity: 'error', position: 1, message }]
}

export function isReadable(diagnostics: readonly SqlDiagnostic[]): boolean {
  return !diagnostics.some(({ severity }) => severity === 'error')
}

function refused(error: unknown, sql: string, asked: Asked): readonly SqlDiagnostic[] {
  return error === undefined ? [] : [diagnosticOf(error, sql, asked)]
}
