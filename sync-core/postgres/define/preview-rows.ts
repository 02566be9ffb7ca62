import type { PostgresConnection } from '../../domain/connection.ts'
import type { Preview, PreviewRow, RowChoice, RowImage } from '../../domain/preview.ts'
import type { Transformation } from '../../domain/public-schema.ts'
import type { SqlAnalyst } from '../../domain/sql-analyst.ts'
import { type Draft, draftTransformation, projectionFrom, typeOf } from '../draft-transformation.ts'
import { arrayLiteral, quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'
import { type AskLimits, ask } from './ask.ts'
import { chooseRows } from './choose-rows.ts'

/** More nobody looks at; a preview is not an export. */
const mostRows = 500
const longestValue = 10_000

export interface PreviewQuestion {
  readonly transformation: Transformation
  readonly rows: RowChoice
  readonly analyst: SqlAnalyst
  /** For an edited row: the SQL reading `__rejot_image` in place of the table. */
  readonly sqlOverImage?: string | undefined
  readonly limits?: AskLimits | undefined
}

/**
 * Runs a transformation for some rows of its table, in one state of the database and unable to write, in the form in which
 * the engine would. Throws a FailureError with the position in the user's SQL, or the signal's reason.
 */
export async function previewRows(
  connection: PostgresConnection,
  { transformation, rows: choice, analyst, sqlOverImage, limits }: PreviewQuestion,
): Promise<Omit<Preview, 'diagnostics'>> {
  return ask(connection, { purpose: 'preview', transaction: 'statements', ...limits }, async (session) => {
    const draft = await draftTransformation(session, transformation, analyst, connection.slug)
    const { identity } = draft.source
    const begun = performance.now()
    await session.script('begin isolation level repeatable read, read only')
    const chosen = choice.by === 'image' ? [choice.image] : await chooseRows(session, draft, choice)
    const run =
      choice.by === 'image' && sqlOverImage !== undefined
        ? overImage({ ...draft, transformation: { ...transformation, sql: sqlOverImage } }, choice, analyst)
        : { draft, before: '', values: [] }
    const { rows, truncated } = await runFor(session, run, chosen)
    return {
      identity,
      sources: chosen.map((row) => Object.fromEntries(identity.map((column) => [column, row[column] ?? null]))),
      columns: draft.columns,
      rows,
      truncated,
      elapsedMs: performance.now() - begun,
    }
  })
}

interface Run {
  readonly draft: Draft
  /** A WITH before the statement, and its values, which follow those of the arguments. */
  readonly before: string
  readonly values: readonly (string | null)[]
}

/**
 * The table as it would be with the edited row: what is there without the row that it stands for, and the row. Conditions
 * reach through the UNION ALL to the table's indexes.
 */
function overImage(draft: Draft, choice: Extract<RowChoice, { by: 'image' }>, analyst: SqlAnalyst): Run {
  const { source, argColumns, form, transformation } = draft
  const template = analyst.template(transformation.sql, transformation.table)
  const { from } = projectionFrom(form, { source, argColumns, analyst, template })
  const values: (string | null)[] = []
  const given = (value: string | null, type: string): string => {
    values.push(value)
    return `$${argColumns.length + values.length}::${type}`
  }
  const { key } = choice
  const isOld = source.identity.map((column) => {
    const value = given(key?.[column] ?? null, typeOf(source, column))
    return `${quoteIdentifier(column)} is not distinct from ${value}`
  })
  const others = `select * from ${source.quoted}${key === undefined ? '' : ` where not (${isOld.join(' and ')})`}`
  if (key === undefined) values.length = 0
  const row = source.columns.map(({ name, type }) => given(choice.image[name] ?? null, type))
  const before = `with __rejot_image as not materialized (${others} union all select ${row.join(', ')}) `
  return { draft: { ...draft, from }, before, values }
}

async function runFor(
  session: Session,
  { draft, before, values: more }: Run,
  chosen: readonly RowImage[],
): Promise<{ readonly rows: readonly PreviewRow[]; readonly truncated: boolean }> {
  const { argColumns, form, columns, from } = draft
  if (chosen.length === 0) return { rows: [], truncated: false }
  const list = columns.map(({ name }) => `left(__rejot_q.${quoteIdentifier(name)}::text, ${longestValue})`)
  const ordinal = form === 'set' ? '__rejot_k.__rejot_ord' : '1'
  const sql = `${before}select ${[ordinal, ...list].join(', ')} ${from} limit ${mostRows + 1}`
  const found: PreviewRow[] = []
  if (form === 'set') {
    const args = argColumns.map((column) => arrayLiteral(chosen.map((row) => row[column] ?? null)))
    for (const [place, ...values] of await session.rows(sql, [...args, ...more])) {
      found.push({ source: Number(place) - 1, values })
    }
  } else {
    for (const [source, row] of chosen.entries()) {
      const args = argColumns.map((column) => row[column] ?? null)
      for (const [, ...values] of await session.rows(sql, [...args, ...more])) found.push({ source, values })
      if (found.length > mostRows) break
    }
  }
  return { rows: found.slice(0, mostRows), truncated: found.length > mostRows }
}
