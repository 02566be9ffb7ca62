import type { PostgresConnection } from '../domain/connection.ts'
import type {
  DescribedColumn,
  PublicSchemaDescription,
  PublicSchemaDraft,
  StatementDescription,
  TableRead,
} from '../domain/description.ts'
import type { PublicSchema, Transformation } from '../domain/public-schema.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import type { AskLimits } from '../postgres/define/ask.ts'
import {
  describeStatements,
  type Refusal,
  type StatementAnswer,
  type StatementQuestion,
} from '../postgres/define/describe-statements.ts'
import { calledFunctions } from '../sql/called-functions.ts'
import { checkPublicSchema, type SchemaProblem } from '../sql/check-public-schema.ts'
import { columnOrigins } from '../sql/column-origins.ts'
import { dependedTables } from '../sql/depended-tables.ts'
import { inferKey } from '../sql/infer-key.ts'
import { markWords, wordsAt } from '../sql/mark-words.ts'
import { neverNull } from '../sql/never-null.ts'
import { sqlAnalyst } from '../sql/sql-analyst.ts'
import { suggestTransformation } from '../sql/suggest-transformation.ts'
import { mayBeSameTable, readTableName, showTableName } from '../sql/table-name.ts'
import { hintFor } from './hint-for.ts'
import { hintOf, sentenceOf, troubleOf } from './sentence.ts'

/**
 * What a public schema that is being written gives, and what is wrong with it: first by its text alone, then by the
 * source's own reading, in the same code as a start of the engine. A statement that the text already condemns never
 * reaches the server. Nothing is run and nothing left behind.
 *
 * Throws a FailureError where the source cannot be asked, or the signal's reason.
 */
export async function describePublicSchema(
  connection: PostgresConnection,
  draft: PublicSchemaDraft,
  limits: AskLimits = {},
): Promise<PublicSchemaDescription> {
  const read = readText(draft)
  const questions = read.readable.map(questionOf)
  const { answers, agreement } = await describeStatements(connection, {
    schema: read.schema,
    questions,
    analyst: sqlAnalyst,
    limits,
  })
  const description = descriptionOf(read, (place) => ({ answer: answers[place], question: questions[place], limits }))
  return { ...description, problems: agreement === undefined ? [] : [troubleOf(agreement, limits)] }
}

/** What can be said of it by its text alone, at once: no columns. Pure. */
export function checkPublicSchemaText(draft: PublicSchemaDraft): PublicSchemaDescription {
  const read = readText(draft)
  const questions = read.readable.map(questionOf)
  return descriptionOf(read, (place) => ({ answer: undefined, question: questions[place] }))
}

interface ReadText {
  readonly schema: PublicSchema
  readonly problems: readonly SchemaProblem[]
  /** Those that a server can be asked about. */
  readonly readable: readonly Transformation[]
}

function readText(draft: PublicSchemaDraft): ReadText {
  const schema = schemaOf(draft)
  const problems = checkPublicSchema(schema)
  const isReadable = (one: Transformation) =>
    !problems.some(
      ({ transformation, about, problem }) => transformation === one && about === 'sql' && problem.severity === 'error',
    )
  const readable = schema.transformations.filter((one) => readTableName(one.table) !== undefined && isReadable(one))
  return { schema, problems, readable }
}

function descriptionOf(
  { schema, problems, readable }: ReadText,
  asked: (place: number) => Asked,
): PublicSchemaDescription {
  const statements = schema.transformations.map((transformation) => {
    const own = problems.filter((problem) => problem.transformation === transformation)
    return describe(transformation, own, schema, asked(readable.indexOf(transformation)))
  })
  const [first] = readable
  return {
    statements,
    columns: agreedColumns(statements),
    suggestedKey: first && inferKey(first.sql)?.outputColumns,
    problems: [],
  }
}

function schemaOf({ name, transformations, key, columns = [], notTracked }: PublicSchemaDraft): PublicSchema {
  return {
    manifest: '',
    name,
    version: { major: 1, minor: 0 },
    dataStore: '',
    columns,
    key,
    transformations,
    description: undefined,
    owner: undefined,
    notTracked,
  }
}

function questionOf(transformation: Transformation): StatementQuestion {
  return {
    transformation,
    reads: dependedTables(transformation.sql).map(showTableName),
    calls: calledFunctions(transformation.sql),
  }
}

interface Asked {
  readonly answer: StatementAnswer | undefined
  readonly question: StatementQuestion | undefined
  readonly limits?: AskLimits
}

function describe(
  { table, sql }: Transformation,
  problems: readonly SchemaProblem[],
  schema: PublicSchema,
  { answer, question, limits }: Asked,
): StatementDescription {
  const refusal = answer?.refusal
  // Of SQL that cannot be run only that is worth knowing.
  const worth = problems.filter(({ about }) => refusal === undefined || about === 'sql')
  const diagnostics = worth.map(({ problem }) => markWords(sql, problem))
  if (refusal?.about === 'sql') diagnostics.push(refused(sql, refusal, limits))
  for (const place of answer?.volatile ?? []) diagnostics.push(volatileCall(sql, question?.calls[place]))
  const tableProblem =
    readTableName(table) === undefined
      ? { message: `"${table}" is no name of a table`, hint: 'Name it as in SQL: account, sales.account, "Odd name".' }
      : refusal?.about === 'table'
        ? troubleWithTable(table, refusal)
        : undefined
  return {
    table,
    tableProblem,
    diagnostics: diagnostics.toSorted((a, b) => a.from - b.from),
    columns: answer && describedColumns(sql, answer),
    form: answer?.form,
    reads: question === undefined ? [] : tablesRead(sql, schema),
  }
}

function refused(sql: string, { failure, candidates }: Refusal, limits?: AskLimits): SqlDiagnostic {
  const message = sentenceOf(failure, limits)
  const { position = 1, sqlstate } = failure
  const hint = hintFor(sql, position, { sqlstate, candidates }) ?? hintOf(failure)
  return { severity: 'error', ...wordsAt(sql, position), message, hint, sqlstate }
}

function troubleWithTable(table: string, { failure, candidates }: Refusal) {
  const hint = failure.kind === 'table-missing' ? hintFor(table, 1, { sqlstate: '42P01', candidates }) : undefined
  return { message: sentenceOf(failure), hint: hint ?? hintOf(failure) }
}

function volatileCall(sql: string, call: StatementQuestion['calls'][number] | undefined): SqlDiagnostic {
  const { name, position = 1 } = { position: 1, ...call } as { readonly name: string; readonly position: number }
  return {
    severity: 'warning',
    ...wordsAt(sql, position),
    message: `${name}() is declared volatile: it may answer differently for the same row, or change something`,
    hint: `Where it only reads, say so: ALTER FUNCTION ${name} STABLE.`,
  }
}

function describedColumns(sql: string, { columns, known }: StatementAnswer): readonly DescribedColumn[] | undefined {
  if (columns === undefined) return undefined
  const never = neverNull(sql, columns.length, (table) => known.get(showTableName(table)))
  const origins = columnOrigins(sql)
  return columns.map((column, place): DescribedColumn => {
    const described = { ...column, nullable: never[place] !== true }
    const made = column.from === undefined ? origins.find((origin) => origin.column === column.name)?.from : undefined
    return made === undefined || made.length === 0 ? described : { ...described, madeOf: made }
  })
}

function tablesRead(sql: string, { transformations, notTracked = [] }: PublicSchema): readonly TableRead[] {
  const [listened, ignored] = [transformations.map(({ table }) => table), notTracked].map((names) =>
    names.flatMap((name) => readTableName(name) ?? []),
  )
  return dependedTables(sql).map((table) => {
    const isIn = (names = listened) => names?.some((name) => mayBeSameTable(name, table)) ?? false
    const followed = isIn() ? 'listened' : isIn(ignored) ? 'not tracked' : 'no'
    const cure = followed === 'no' ? suggestTransformation(sql, table) : undefined
    return { table: showTableName(table), followed, cure }
  })
}

function agreedColumns(statements: readonly StatementDescription[]): readonly DescribedColumn[] {
  const all = statements.flatMap(({ columns }) => (columns === undefined ? [] : [columns]))
  return (all[0] ?? []).map((column) => ({
    ...column,
    nullable: all.some((columns) => columns.find(({ name }) => name === column.name)?.nullable ?? column.nullable),
  }))
}
