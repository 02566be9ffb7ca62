import type { PostgresConnection } from '../../domain/connection.ts'
import type { DescribedColumn } from '../../domain/description.ts'
import { type Failure, FailureError } from '../../domain/failure.ts'
import type { PublicSchema, Transformation } from '../../domain/public-schema.ts'
import type { SqlAnalyst } from '../../domain/sql-analyst.ts'
import { agreedColumns, checkContract } from '../check-contract.ts'
import { classifyReadingFailure } from '../classify-failure.ts'
import { type Draft, draftTransformation } from '../draft-transformation.ts'
import { arrayLiteral } from '../quote.ts'
import type { Session } from '../session.ts'
import { type AskLimits, ask } from './ask.ts'
import { candidatesFor } from './candidates.ts'

/** A statement with what its text says and only the server can answer. */
export interface StatementQuestion {
  readonly transformation: Transformation
  /** Tables that it reads, as written. */
  readonly reads: readonly string[]
  /** Functions that it calls; `schema` is undefined where the search path decides. */
  readonly calls: readonly { readonly schema: string | undefined; readonly name: string }[]
}

export interface StatementAnswer {
  /** `undefined`: refused. Whether they can be NULL is not known here. */
  readonly columns: readonly Omit<DescribedColumn, 'nullable'>[] | undefined
  readonly form: Draft['form'] | undefined
  readonly refusal: Refusal | undefined
  /** By the name that was asked for; a table that is not there is missing. */
  readonly known: ReadonlyMap<string, readonly KnownTableColumn[]>
  /** Places in `calls` of functions that are declared volatile, all of that name. */
  readonly volatile: readonly number[]
}

export interface KnownTableColumn {
  readonly name: string
  readonly nullable: boolean
}

export interface Refusal {
  readonly failure: Failure
  /** The statement, or the table that it is to listen to. */
  readonly about: 'sql' | 'table'
  /** Names that might have been meant. */
  readonly candidates: readonly string[]
}

export interface DescribeRequest {
  readonly schema: PublicSchema
  readonly questions: readonly StatementQuestion[]
  readonly analyst: SqlAnalyst
  readonly limits?: AskLimits | undefined
}

/**
 * Has the source read each statement as a start of the engine would, by the same code. Statements are prepared and asked
 * for no row, each by itself and unable to write. `agreement` is what a start would refuse of them together.
 * Throws a FailureError where the server cannot be asked at all, or the signal's reason.
 */
export async function describeStatements(
  connection: PostgresConnection,
  { schema, questions, analyst, limits }: DescribeRequest,
): Promise<{ readonly answers: readonly StatementAnswer[]; readonly agreement: Failure | undefined }> {
  return ask(connection, { purpose: 'describe', transaction: 'statements', ...limits }, async (session) => {
    const drafts: Draft[] = []
    const answers: StatementAnswer[] = []
    for (const question of questions) {
      const { draft, answer } = await describeOne(session, question, analyst, schema.name)
      if (draft !== undefined) drafts.push(draft)
      answers.push(answer)
    }
    return { answers, agreement: await disagreement(session, schema, drafts) }
  })
}

async function describeOne(
  session: Session,
  { transformation, reads, calls }: StatementQuestion,
  analyst: SqlAnalyst,
  object: string,
): Promise<{ readonly draft?: Draft; readonly answer: StatementAnswer }> {
  const known = await knownColumns(session, [...new Set([transformation.table, ...reads])])
  const volatile = await volatileAmong(session, calls)
  const answer = { columns: undefined, form: undefined, refusal: undefined, known, volatile }
  try {
    const draft = await draftTransformation(session, transformation, analyst, object)
    const columns = await columnsWithOrigin(session, draft)
    return { draft, answer: { ...answer, columns, form: draft.form } }
  } catch (error) {
    const failure = classifyReadingFailure(error, object)
    if (failure.policy === 'retry' && !ownTrouble.has(failure.sqlstate ?? '')) throw error
    return { answer: { ...answer, refusal: await refusalOf(session, failure, known, transformation.table) } }
  }
}

/** Too long to read, behind somebody's lock, or writing: a statement's own trouble, and no reason to give up the others. */
const ownTrouble: ReadonlySet<string> = new Set(['57014', '55P03', '25006'])

async function refusalOf(
  session: Session,
  failure: Failure,
  known: StatementAnswer['known'],
  table: string,
): Promise<Refusal> {
  const { kind, sqlstate } = failure
  // What describe-table refuses was never said by a server.
  if (sqlstate === undefined && (kind === 'table-missing' || kind === 'replica-identity')) {
    return { failure, about: 'table', candidates: await candidatesFor(session, '42P01') }
  }
  const columns = sqlstate === undefined ? (known.get(table) ?? []) : [...known.values()].flat()
  const areColumns = sqlstate === undefined || sqlstate === '42703'
  const candidates = areColumns ? columns.map(({ name }) => name) : await candidatesFor(session, sqlstate)
  return { failure, about: 'sql', candidates }
}

/** What prepare-public-schema would refuse after each statement was read. */
async function disagreement(
  session: Session,
  schema: PublicSchema,
  drafts: readonly Draft[],
): Promise<Failure | undefined> {
  if (drafts.length === 0) return undefined
  try {
    await checkContract(session, schema, agreedColumns(drafts, schema.name), schema.name)
    return undefined
  } catch (error) {
    if (error instanceof FailureError) return error.failure
    throw error
  }
}

const knownSql = `
select asked, a.attname, a.attnotnull
  from unnest($1::text[]) asked
  join pg_attribute a on a.attrelid = to_regclass(asked) and a.attnum > 0 and not a.attisdropped
 order by asked, a.attnum`

async function knownColumns(session: Session, tables: readonly string[]): Promise<StatementAnswer['known']> {
  const known = new Map<string, KnownTableColumn[]>()
  for (const [table, name, notNull] of await session.rows(knownSql, [arrayLiteral(tables)])) {
    const columns = known.get(table ?? '') ?? []
    known.set(table ?? '', [...columns, { name: name ?? '', nullable: notNull !== 't' }])
  }
  return known
}

/** Those of the server that this concerns are refused by name before; a function of which one form is volatile may be meant in another. */
const volatileSql = `
select f.place
  from unnest($1::text[], $2::text[]) with ordinality f(schema, name, place)
 where (select bool_and(p.provolatile = 'v')
          from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where p.proname = f.name and case when f.schema is null then pg_function_is_visible(p.oid) else n.nspname = f.schema end)`

async function volatileAmong(session: Session, calls: StatementQuestion['calls']): Promise<readonly number[]> {
  if (calls.length === 0) return []
  const schemas = arrayLiteral(calls.map(({ schema }) => schema ?? null))
  const rows = await session.rows(volatileSql, [schemas, arrayLiteral(calls.map(({ name }) => name))])
  return rows.map(([place]) => Number(place) - 1)
}

const originSql = `
select o.place, n.nspname, c.relname, a.attname, col_description(a.attrelid, a.attnum)
  from unnest($1::oid[], $2::int2[]) with ordinality o(relation, attribute, place)
  join pg_attribute a on a.attrelid = o.relation and a.attnum = o.attribute
  join pg_class c on c.oid = o.relation join pg_namespace n on n.oid = c.relnamespace`

/** The server says of each output column whether it is one of a table, also through subqueries. */
async function columnsWithOrigin(session: Session, draft: Draft): Promise<NonNullable<StatementAnswer['columns']>> {
  const { fields } = await session.client.query({
    text: `select __rejot_q.* from (${draft.shape}\n) __rejot_q limit 0`,
    rowMode: 'array',
  })
  const [tables, attributes] = [fields.map(({ tableID }) => tableID), fields.map(({ columnID }) => columnID)]
  const origins = await session.rows(originSql, [`{${tables.join()}}`, `{${attributes.join()}}`])
  const byPlace = new Map(origins.map(([place, ...origin]) => [Number(place) - 1, origin]))
  return draft.columns.map(({ name, type }, place) => {
    const [schema, table, column, comment] = byPlace.get(place) ?? []
    const from = schema == null || table == null || column == null ? undefined : { schema, table, column }
    return { name, type, from, comment: comment ?? undefined }
  })
}
