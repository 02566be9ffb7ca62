import { FailureError } from '../domain/failure.ts'
import type { Transformation } from '../domain/public-schema.ts'
import type { Placeholder, RenderedSql, SqlAnalyst, SqlTemplate } from '../domain/sql-analyst.ts'
import { classifyFailure } from './classify-failure.ts'
import { describeTable, type SourceTable } from './describe-table.ts'
import type { OutputColumn } from './payload-sql.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/** A transformation whose SQL the server has read. */
export interface Draft {
  readonly transformation: Transformation
  readonly source: SourceTable
  readonly argColumns: readonly string[]
  readonly form: 'set' | 'one-by-one'
  /** `from … ` up to the user's SQL in brackets, named `__rejot_q`. */
  readonly from: string
  /** The SQL for no row at all: what it gives tells whether its columns are still the same. */
  readonly shape: string
  readonly columns: readonly OutputColumn[]
}

/**
 * Has the server read a transformation's SQL: for all keys at once, or, where it does not prepare in that form, for
 * one. Throws a FailureError with the position in the user's own text when it prepares in neither.
 */
export async function draftTransformation(
  session: Session,
  transformation: Transformation,
  analyst: SqlAnalyst,
  object: string,
): Promise<Draft> {
  const source = await describeTable(session, transformation.table, object)
  const template = analyst.template(transformation.sql, object)
  const argColumns: string[] = []
  for (const placeholder of template.placeholders) {
    const column = findColumn(source, placeholder)
    if (column === undefined) throw unknownColumn(object, transformation, placeholder)
    if (!argColumns.includes(column)) argColumns.push(column)
  }
  const shape = analyst.render(template, (placeholder) => `null::${typeOf(source, columnOf(source, placeholder))}`).sql
  const { from: setFrom, rendered: asSet } = projectionFrom('set', { source, argColumns, analyst, template })
  const setProbe = await probe(
    session,
    setFrom,
    asSet,
    argColumns.map(() => '{}'),
  )
  if (setProbe.columns !== undefined) {
    return { transformation, source, argColumns, form: 'set', from: setFrom, shape, columns: setProbe.columns }
  }
  if (isTimeout(setProbe.error)) throw setProbe.error
  const { from: oneFrom, rendered: asOne } = projectionFrom('one-by-one', { source, argColumns, analyst, template })
  const oneProbe = await probe(
    session,
    oneFrom,
    asOne,
    argColumns.map(() => null),
  )
  if (oneProbe.columns !== undefined) {
    return { transformation, source, argColumns, form: 'one-by-one', from: oneFrom, shape, columns: oneProbe.columns }
  }
  const failure = classifyFailure(oneProbe.error, object)
  throw new FailureError({
    ...failure,
    message: `${failure.message} (SQL for ${transformation.table})`,
    ...(oneProbe.position === undefined ? {} : { position: oneProbe.position }),
  })
}

/** What a statement that is put into its form is made of. */
export interface FormParts {
  readonly source: SourceTable
  readonly argColumns: readonly string[]
  readonly analyst: SqlAnalyst
  readonly template: SqlTemplate
}

/** `from … ` up to the user's SQL in brackets, named `__rejot_q`, for values of `argColumns`: arrays for a set. */
export function projectionFrom(
  form: Draft['form'],
  { source, argColumns, analyst, template }: FormParts,
): { readonly from: string; readonly rendered: RenderedSql } {
  if (form === 'set') {
    const rendered = analyst.render(template, (placeholder) => keyReference(source, columnOf(source, placeholder)))
    const from = `from ${keySource(source, argColumns)} cross join lateral (${rendered.sql}\n) __rejot_q`
    return { from, rendered }
  }
  const rendered = analyst.render(template, (placeholder) => {
    const column = columnOf(source, placeholder)
    return `$${argColumns.indexOf(column) + 1}::${typeOf(source, column)}`
  })
  return { from: `from (${rendered.sql}\n) __rejot_q`, rendered }
}

/** What takes too long for no row at all does so in the other form too. */
function isTimeout(error: unknown): boolean {
  return (error as { code?: string }).code === '57014'
}

function findColumn(source: SourceTable, placeholder: Placeholder): string | undefined {
  if (placeholder.index !== undefined) return source.columns[placeholder.index - 1]?.name
  return source.columns.find((column) => column.name === placeholder.name)?.name
}

/** Of a placeholder that was found before. */
function columnOf(source: SourceTable, placeholder: Placeholder): string {
  return findColumn(source, placeholder) ?? ''
}

/** `format_type` of one of its columns. */
export function typeOf(source: SourceTable, column: string): string {
  return source.columns.find((one) => one.name === column)?.type ?? 'text'
}

/** `unnest` flattens arrays of arrays, so an array column travels as text. */
function keySource(source: SourceTable, argColumns: readonly string[]): string {
  if (argColumns.length === 0) return '(values (1)) __rejot_k(__rejot_ord)'
  const arrays = argColumns.map((column, place) => {
    const type = typeOf(source, column)
    return `$${place + 1}::${type.endsWith('[]') ? 'text' : type}[]`
  })
  const names = [...argColumns.map(quoteIdentifier), '__rejot_ord']
  return `unnest(${arrays.join(', ')}) with ordinality __rejot_k(${names.join(', ')})`
}

export function keyReference(source: SourceTable, column: string): string {
  const type = typeOf(source, column)
  const reference = `__rejot_k.${quoteIdentifier(column)}`
  return type.endsWith('[]') ? `${reference}::${type}` : reference
}

type Probe =
  | { readonly columns: readonly OutputColumn[] }
  | { readonly columns: undefined; readonly error: unknown; readonly position: number | undefined }

/** Has the server say what the SQL gives, on no rows and without locking anything for longer than that takes. */
export async function probe(
  session: Session,
  from: string,
  rendered: RenderedSql,
  values: readonly (string | null)[],
): Promise<Probe> {
  const text = `select __rejot_q.* ${from} limit 0`
  try {
    const { fields } = await session.client.query({ text, values: [...values], rowMode: 'array' })
    const types = await typeNames(session, fields)
    return { columns: fields.map((field, place) => ({ name: field.name, type: types[place] ?? 'text' })) }
  } catch (error) {
    const position = Number((error as { position?: string }).position)
    const start = text.indexOf(rendered.sql)
    const inside = position - start
    const known = Number.isFinite(position) && start >= 0 && inside >= 1 && inside <= rendered.sql.length
    return { columns: undefined, error, position: known ? rendered.originalPosition(inside) : undefined }
  }
}

/** `format_type` of each output column of a result. */
export async function typeNames(
  session: Session,
  fields: readonly { readonly dataTypeID: number }[],
): Promise<readonly string[]> {
  const oids = fields.map((field) => field.dataTypeID)
  const rows = await session.rows(
    'select format_type(oid, null) from unnest($1::oid[]) with ordinality t(oid, place) order by place',
    [`{${oids.join(',')}}`],
  )
  return rows.map(([name]) => name ?? 'text')
}

function unknownColumn(object: string, transformation: Transformation, placeholder: Placeholder): FailureError {
  const name = placeholder.name === undefined ? `$${placeholder.index}` : `:${placeholder.name}`
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object,
    message: `Cannot run the SQL of ${object}: ${name} names no column of ${transformation.table}`,
    solution: `Use a column of ${transformation.table} as the placeholder.`,
    position: placeholder.start + 1,
  })
}
