import type { PostgresConnection } from '../domain/connection.ts'
import type { DryRun, RefusedEvent, SampleEvent } from '../domain/consumer-draft.ts'
import type { Refusal } from '../domain/destination.ts'
import type { AskLimits } from '../postgres/define/ask.ts'
import { dryRun, prepareStatements } from '../postgres/define/dry-run.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { type ConsumerQuestion, checkText, isReadable, statementsOf } from './describe-consumer.ts'
import { newTable } from './new-table.ts'
import { diagnosticOf, hintOf, sentenceOf } from './sentence.ts'

/**
 * What a consumer's SQL would do with events that were: the rows that they are about before and after, which events
 * would be refused, and whether a second run of the same changes anything. All of it in one transaction that is taken back,
 * by the same functions as the engine's; up to 200 events. Two things are not taken back anywhere: numbers of sequences, which are
 * named, and what a trigger does outside of the database.
 *
 * Throws a FailureError where the destination cannot be asked, or the signal's reason.
 */
export async function dryRunConsumer(
  connection: PostgresConnection,
  question: ConsumerQuestion & { readonly events: readonly SampleEvent[] },
  limits: AskLimits = {},
): Promise<DryRun> {
  const { draft, contract } = question
  const sql = checkText(draft.sql, question)
  const deleteSql = draft.deleteSql === undefined ? [] : checkText(draft.deleteSql, question)
  const { trial, problems: createTable, untried } = newTable(draft)
  if (![sql, deleteSql, createTable].every(isReadable)) return { ...nothing, sql, deleteSql, createTable }
  if (untried !== undefined) return { ...nothing, rowsUnknown: untried }
  const asked = { statements: statementsOf(draft, contract), analyst: sqlAnalyst, limits, trial }
  const prepared = await prepareStatements(connection, asked)
  if ([prepared.sql, prepared.deleteSql, prepared.createTable].some((error) => error !== undefined)) {
    const told = (error: unknown, text: string) =>
      error === undefined ? [] : [diagnosticOf(error, text, { object: draft.name, limits })]
    return {
      ...nothing,
      sql: told(prepared.sql, draft.sql),
      deleteSql: told(prepared.deleteSql, draft.deleteSql ?? ''),
      createTable: told(prepared.createTable, draft.createTable ?? ''),
    }
  }
  try {
    const found = await dryRun(connection, { ...asked, events: question.events.slice(0, mostEvents) })
    const { table, rows, rowsUnknown, refusals, changedAgain } = found
    return {
      sql,
      deleteSql,
      createTable: [],
      columns: table?.columns ?? [],
      key: table?.key ?? [],
      rows,
      rowsUnknown,
      refused: refusals.map((refusal) => refusedEvent(refusal, limits)),
      changedAgain,
      sequences: table?.sequences ?? [],
    }
  } catch (error) {
    return { ...nothing, sql: [diagnosticOf(error, draft.sql, { object: draft.name, limits })] }
  }
}

const mostEvents = 200

const nothing: DryRun = {
  sql: [],
  deleteSql: [],
  createTable: [],
  columns: [],
  key: [],
  rows: [],
  rowsUnknown: 'It was not run',
  refused: [],
  changedAgain: undefined,
  sequences: [],
}

/** Without the server's DETAIL, which holds values; its sentence for class 22 is replaced by one of ours already. */
function refusedEvent({ offset, failure, constraint, waitsBehind }: Refusal, limits: AskLimits): RefusedEvent {
  return {
    event: offset - 1,
    sqlstate: waitsBehind ? undefined : failure.sqlstate,
    message: waitsBehind ? 'It waits behind an earlier event of its key' : sentenceOf(failure, limits),
    hint: hintOf(failure),
    constraint,
    waitsBehind,
  }
}
