import type { CatalogueColumn } from '../../domain/catalogue.ts'
import type { PostgresConnection } from '../../domain/connection.ts'
import type { DryRow, SampleEvent } from '../../domain/consumer-draft.ts'
import type { ConsumerStatements, EventToApply, Refusal } from '../../domain/destination.ts'
import { FailureError } from '../../domain/failure.ts'
import { toOffset } from '../../domain/offset.ts'
import type { SqlAnalyst } from '../../domain/sql-analyst.ts'
import { createApplyFunctions } from '../apply-functions.ts'
import { classifyFailure, failingAs } from '../classify-failure.ts'
import { oneByOneJson, readRefusals } from '../create-postgres-destination.ts'
import type { Session } from '../session.ts'
import { type AskLimits, ask } from './ask.ts'
import { makeTrialTable, type Trial } from './make-trial-table.ts'
import { type ReadWrittenRows, readerOfWritten, type WrittenTable } from './read-written.ts'

export interface DryRunQuestion {
  readonly statements: ConsumerStatements
  readonly events: readonly SampleEvent[]
  readonly analyst: SqlAnalyst
  readonly limits?: AskLimits | undefined
  /** The table that it writes, where that is not there yet. */
  readonly trial?: Trial | undefined
}

export interface DryRunAnswer {
  readonly table: WrittenTable | undefined
  readonly rows: readonly DryRow[]
  readonly rowsUnknown: string | undefined
  readonly refusals: readonly Refusal[]
  readonly changedAgain: readonly DryRow[] | undefined
}

/**
 * Runs a consumer's SQL for some events as the engine would one by one, looks at the rows, runs it once more, and takes it
 * all back. The functions that this takes live in the session and end with it. Throws a FailureError with the position in
 * the SQL, or the signal's reason.
 */
export async function dryRun(
  connection: PostgresConnection,
  { statements, events, analyst, limits, trial }: DryRunQuestion,
): Promise<DryRunAnswer> {
  return ask(connection, { purpose: 'dry run', transaction: 'own', ...limits }, async (session) => {
    const { consumer } = statements
    if (trial !== undefined) await makeTrialTable(session, trial, consumer)
    const { oneByOne } = await createApplyFunctions(session, analyst, statements, 0)
    const reader = await readerOfWritten(session, statements, events, analyst)
    const toApply: readonly EventToApply[] = events.map((event, place) => ({ ...event, offset: toOffset(place + 1) }))
    const apply = async (): Promise<readonly Refusal[]> => {
      const asked = session.rows(`select ${oneByOne}($1)`, [oneByOneJson(toApply)])
      const [[refused] = []] = await failingAs(consumer, asked)
      return readRefusals(refused ?? '[]', toApply, consumer)
    }
    // What waits for the end of a transaction has to be said before it is taken back.
    await session.script('begin; set constraints all immediate')
    const before = await reader.read()
    const refusals = await apply()
    const after = await reader.read()
    await apply()
    const again = await reader.read()
    await session.script('rollback')
    const known = before !== undefined && after !== undefined && again !== undefined
    return {
      table: reader.table,
      rows: known ? paired(before, after) : [],
      rowsUnknown: known ? undefined : reader.unknown,
      refusals,
      changedAgain: known ? paired(after, again).filter((row) => !isSame(row)) : undefined,
    }
  })
}

type Rows = NonNullable<Awaited<ReturnType<ReadWrittenRows['read']>>>

/** By the values that name a row; those of both sides, in the order of the first. */
function paired(before: Rows, after: Rows): readonly DryRow[] {
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].map((key) => ({ before: before.get(key), after: after.get(key) }))
}

function isSame({ before, after }: DryRow): boolean {
  return JSON.stringify(before) === JSON.stringify(after)
}

export interface PreparedDraft {
  /** What the destination's server says of each statement by itself; `undefined` where it can be run. */
  readonly sql: unknown
  readonly deleteSql: unknown
  /** What it says of the table that is to be made; nothing is said of the statements then. */
  readonly createTable: unknown
  /** Of the table that is to be made. */
  readonly columns: readonly CatalogueColumn[] | undefined
}

/** Throws where the destination cannot be asked. */
export async function prepareStatements(
  connection: PostgresConnection,
  { statements, analyst, limits, trial }: Omit<DryRunQuestion, 'events'>,
): Promise<PreparedDraft> {
  const { consumer, deleteSql } = statements
  return ask(connection, { purpose: 'dry run', transaction: 'own', ...limits }, async (session) => {
    const made = trial && (await outcomeOf(makeTrialTable(session, trial, consumer), consumer))
    if (made !== undefined && 'refusal' in made)
      return { sql: undefined, deleteSql: undefined, createTable: made.refusal, columns: undefined }
    return {
      sql: await refusalOf(session, analyst, { ...statements, deleteSql: undefined }),
      deleteSql:
        deleteSql === undefined
          ? undefined
          : await refusalOf(session, analyst, { ...statements, sql: deleteSql, deleteSql: undefined }),
      createTable: undefined,
      columns: made?.value,
    }
  })
}

async function refusalOf(session: Session, analyst: SqlAnalyst, statements: ConsumerStatements): Promise<unknown> {
  const made = await outcomeOf(createApplyFunctions(session, analyst, statements, 0), statements.consumer)
  return 'refusal' in made ? made.refusal : undefined
}

async function outcomeOf<T>(
  work: Promise<T>,
  object: string,
): Promise<{ readonly value: T } | { readonly refusal: FailureError }> {
  try {
    return { value: await work }
  } catch (error) {
    const failure = classifyFailure(error, object)
    if (failure.kind === 'unreachable') throw error
    return { refusal: error instanceof FailureError ? error : new FailureError(failure, error) }
  }
}
