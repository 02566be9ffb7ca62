import { createHash } from 'node:crypto'
import { FailureError } from '../domain/failure.ts'
import type { PublicSchema, Transformation } from '../domain/public-schema.ts'
import { publicSchemaId } from '../domain/public-schema.ts'
import type { PreparedPublicSchema, PreparedTransformation } from '../domain/source.ts'
import type { Placeholder, RenderedSql, SqlAnalyst } from '../domain/sql-analyst.ts'
import { classifyFailure } from './classify-failure.ts'
import { describeTable, type SourceTable } from './describe-table.ts'
import { keyTranslation } from './key-translation.ts'
import { keySql, type OutputColumn, payloadSql } from './payload-sql.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/** A public schema with the SQL that its server runs. */
export interface PostgresPublicSchema extends PreparedPublicSchema {
  readonly transformations: readonly PostgresTransformation[]
  /** Tables that the SQL reads, partitions too, by oid. */
  readonly tablesRead: readonly number[]
}

export interface PostgresTransformation extends PreparedTransformation {
  readonly source: SourceTable
  /** Columns that the placeholders name, without repeats, in the order of the arguments. */
  readonly argColumns: readonly string[]
  readonly projection: Projection
}

/** How a transformation's SQL is run: for all keys at once, or, where it does not prepare in that form, for one. */
export type Projection =
  | { readonly form: 'set'; readonly sql: string }
  | { readonly form: 'one-by-one'; readonly sql: string }

/**
 * Checks a public schema against its source and makes its SQL ready. Throws a FailureError that names the public
 * schema and, for SQL, the position in the user's own text.
 */
export async function preparePublicSchema(
  session: Session,
  schema: PublicSchema,
  analyst: SqlAnalyst,
): Promise<PostgresPublicSchema> {
  const object = `${schema.name} ${schema.version.major}.${schema.version.minor}`
  const drafts = []
  for (const transformation of schema.transformations) {
    drafts.push(await draftTransformation(session, transformation, analyst, object))
  }
  const [first] = drafts
  if (first === undefined) throw refuse(object, 'it has no transformation', 'Give it SQL for at least one table.')
  const columns = sameColumns(drafts, object)
  checkContract(schema, columns, object)
  const key = schema.key ?? analyst.inferKey(first.transformation.sql, first.transformation.table)
  if (key === undefined) {
    throw refuse(
      object,
      'it has no key',
      'Name the output columns that identify a row under outputSchema["x-rejot"].key.',
    )
  }
  const keyColumns = key.map((name) => {
    const column = columns.find((one) => one.name === name)
    if (column === undefined)
      throw refuse(object, `its SQL gives no key column "${name}"`, 'Give that column, or correct the key.')
    return column
  })
  const transformations = drafts.map((draft): PostgresTransformation => {
    const places = analyst.keyIsSourceKey(
      draft.transformation.sql,
      draft.transformation.table,
      draft.source.identity,
      key,
    )
    const translation = places && keyTranslation(keyColumns, places, draft.source, draft.argColumns)
    return {
      table: draft.source.quoted,
      source: draft.source,
      argColumns: draft.argColumns,
      projection: withKeyAndPayload(draft, keyColumns, columns),
      publicKeyOf: translation?.publicKeyOf,
      sourceKeyOf: translation?.sourceKeyOf,
    }
  })
  return {
    id: publicSchemaId(schema),
    definitionHash: hash([schema.transformations, key, columns]),
    key,
    columns,
    transformations,
    tablesRead: await tablesRead(session, drafts),
  }
}

interface Draft {
  readonly transformation: Transformation
  readonly source: SourceTable
  readonly argColumns: readonly string[]
  readonly form: 'set' | 'one-by-one'
  /** `from … ` up to the user's SQL in brackets, named `__rejot_q`. */
  readonly from: string
  readonly columns: readonly OutputColumn[]
}

async function draftTransformation(
  session: Session,
  transformation: Transformation,
  analyst: SqlAnalyst,
  object: string,
): Promise<Draft> {
  const source = await describeTable(session, transformation.table, object)
  const template = analyst.template(transformation.sql, object)
  const argColumns: string[] = []
  const columnOf = (placeholder: Placeholder): string => {
    const column = findColumn(source, placeholder)
    if (column === undefined) throw unknownColumn(object, transformation, placeholder)
    if (!argColumns.includes(column)) argColumns.push(column)
    return column
  }
  template.placeholders.forEach(columnOf)
  const asSet = analyst.render(template, (placeholder) => keyReference(source, columnOf(placeholder)))
  const setFrom = `from ${keySource(source, argColumns)} cross join lateral (${asSet.sql}\n) __rejot_q`
  const setProbe = await probe(
    session,
    setFrom,
    asSet,
    argColumns.map(() => '{}'),
  )
  if (setProbe.columns !== undefined) {
    return { transformation, source, argColumns, form: 'set', from: setFrom, columns: setProbe.columns }
  }
  const asOne = analyst.render(template, (placeholder) => {
    const column = columnOf(placeholder)
    return `$${argColumns.indexOf(column) + 1}::${typeOf(source, column)}`
  })
  const oneFrom = `from (${asOne.sql}\n) __rejot_q`
  const oneProbe = await probe(
    session,
    oneFrom,
    asOne,
    argColumns.map(() => null),
  )
  if (oneProbe.columns !== undefined) {
    return { transformation, source, argColumns, form: 'one-by-one', from: oneFrom, columns: oneProbe.columns }
  }
  const failure = classifyFailure(oneProbe.error, object)
  throw new FailureError({
    ...failure,
    message: `${failure.message} (SQL for ${transformation.table})`,
    ...(oneProbe.position === undefined ? {} : { position: oneProbe.position }),
  })
}

function findColumn(source: SourceTable, placeholder: Placeholder): string | undefined {
  if (placeholder.index !== undefined) return source.columns[placeholder.index - 1]?.name
  return source.columns.find((column) => column.name === placeholder.name)?.name
}

function typeOf(source: SourceTable, column: string): string {
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

function keyReference(source: SourceTable, column: string): string {
  const type = typeOf(source, column)
  const reference = `__rejot_k.${quoteIdentifier(column)}`
  return type.endsWith('[]') ? `${reference}::${type}` : reference
}

type Probe =
  | { readonly columns: readonly OutputColumn[] }
  | { readonly columns: undefined; readonly error: unknown; readonly position: number | undefined }

/** Has the server say what the SQL gives, on no rows and without locking anything for longer than that takes. */
async function probe(
  session: Session,
  from: string,
  rendered: RenderedSql,
  values: readonly (string | null)[],
): Promise<Probe> {
  const text = `select __rejot_q.* ${from} limit 0`
  try {
    const { fields } = await session.client.query({ text, values: [...values], rowMode: 'array' })
    const types = await typeNames(
      session,
      fields.map((field) => field.dataTypeID),
    )
    return { columns: fields.map((field, place) => ({ name: field.name, type: types[place] ?? 'text' })) }
  } catch (error) {
    const position = Number((error as { position?: string }).position)
    const start = text.indexOf(rendered.sql)
    const inside = position - start
    const known = Number.isFinite(position) && start >= 0 && inside >= 1 && inside <= rendered.sql.length
    return { columns: undefined, error, position: known ? rendered.originalPosition(inside) : undefined }
  }
}

async function typeNames(session: Session, oids: readonly number[]): Promise<readonly string[]> {
  const rows = await session.rows(
    'select format_type(oid, null) from unnest($1::oid[]) with ordinality t(oid, place) order by place',
    [`{${oids.join(',')}}`],
  )
  return rows.map(([name]) => name ?? 'text')
}

function withKeyAndPayload(draft: Draft, key: readonly OutputColumn[], columns: readonly OutputColumn[]): Projection {
  const ordinal = draft.form === 'set' ? '__rejot_k.__rejot_ord' : '1'
  const sql = `select ${ordinal}, ${keySql('__rejot_q', key)}, ${payloadSql('__rejot_q', columns)} ${draft.from}`
  return { form: draft.form, sql }
}

function sameColumns(drafts: readonly Draft[], object: string): readonly OutputColumn[] {
  const [first, ...others] = drafts
  const columns = first?.columns ?? []
  const names = columns.map((column) => column.name)
  const repeated = names.find((name, place) => names.indexOf(name) !== place)
  if (repeated !== undefined) {
    throw refuse(object, `its SQL gives two columns named "${repeated}"`, 'Name each output column once, with AS.')
  }
  const unnamed = names.find((name) => name === '?column?' || name.startsWith('__rejot_'))
  if (unnamed !== undefined) {
    throw refuse(object, `its SQL gives a column named "${unnamed}"`, 'Give the column a name of its own, with AS.')
  }
  for (const other of others) {
    const differs =
      other.columns.length !== columns.length ||
      other.columns.some((column) => columns.find((one) => one.name === column.name)?.type !== column.type)
    if (differs) {
      throw refuse(
        object,
        `its SQL for ${other.transformation.table} gives other columns or types than the one for ${first?.transformation.table}`,
        'Let all its statements give the same columns with the same types.',
      )
    }
  }
  return columns
}

/** The contract that consumers rely on: what it promises must be in the rows. */
function checkContract(schema: PublicSchema, columns: readonly OutputColumn[], object: string): void {
  for (const promised of schema.columns) {
    if (!columns.some((column) => column.name === promised.name)) {
      throw refuse(
        object,
        `its SQL gives no column "${promised.name}"`,
        'Give that column, or take it out of outputSchema.',
      )
    }
  }
}

/** By the planner's own account, so that views, partitions and functions are looked through. */
async function tablesRead(session: Session, drafts: readonly Draft[]): Promise<readonly number[]> {
  const oids = new Set(drafts.map((draft) => draft.source.oid))
  const names = new Set<string>()
  for (const draft of drafts) {
    const values = draft.argColumns.map(() => (draft.form === 'set' ? '{}' : null))
    const [row] = await session.rows(`explain (verbose, format json) select __rejot_q.* ${draft.from}`, values)
    collectRelations(JSON.parse(row?.[0] ?? '[]'), names)
  }
  const rows = await session.rows('select to_regclass(name)::oid::int8 from unnest($1::text[]) name', [
    `{${[...names].map((name) => JSON.stringify(name)).join(',')}}`,
  ])
  for (const [oid] of rows) if (oid !== null && oid !== undefined) oids.add(Number(oid))
  return [...oids].sort((a, b) => a - b)
}

function collectRelations(plan: unknown, names: Set<string>): void {
  if (Array.isArray(plan)) {
    for (const part of plan) collectRelations(part, names)
    return
  }
  if (typeof plan !== 'object' || plan === null) return
  const node = plan as Record<string, unknown>
  if (typeof node['Relation Name'] === 'string' && typeof node.Schema === 'string') {
    names.add(`${quoteIdentifier(node.Schema)}.${quoteIdentifier(node['Relation Name'])}`)
  }
  for (const value of Object.values(node)) collectRelations(value, names)
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

function refuse(object: string, state: string, solution: string): FailureError {
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object,
    message: `Cannot publish ${object}: ${state}`,
    solution,
  })
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
