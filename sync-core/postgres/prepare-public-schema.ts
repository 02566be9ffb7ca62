import { createHash } from 'node:crypto'
import { DefinitionChangedError } from '../domain/failure.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import { publicSchemaId } from '../domain/public-schema.ts'
import type { PreparedPublicSchema, PreparedTransformation } from '../domain/source.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { agreedColumns, checkContract, refuse } from './check-contract.ts'
import type { SourceTable } from './describe-table.ts'
import { type Draft, draftTransformation, typeNames, typeOf } from './draft-transformation.ts'
import type { ImageProjection } from './image-projection.ts'
import { keyTranslation } from './key-translation.ts'
import { keySql, type OutputColumn, payloadSql } from './payload-sql.ts'
import type { Session } from './session.ts'
import { tablesRead, typesRead } from './tables-read.ts'

/** A public schema with the SQL that its server runs. */
export interface PostgresPublicSchema extends PreparedPublicSchema {
  readonly transformations: readonly PostgresTransformation[]
  /** Tables that the SQL reads, partitions too, by oid. */
  readonly tablesRead: readonly number[]
  /** Statements that the server refuses once the SQL gives other columns than it did: see `shapesOf`. */
  readonly shapes: readonly Shape[]
}

/** A prepared statement, by its name on the session that has read it. */
export interface Shape {
  readonly name: string
  readonly sql: string
}

export interface PostgresTransformation extends PreparedTransformation {
  readonly source: SourceTable
  /** Columns that the placeholders name, without repeats, in the order of the arguments. */
  readonly argColumns: readonly string[]
  readonly projection: Projection
  /** Of a schema of which every version is wanted. */
  readonly images?: ImageProjection | undefined
}

/** How a transformation's SQL is run: for all keys at once, or, where it does not prepare in that form, for one. */
export type Projection =
  | {
      readonly form: 'set'
      readonly sql: string
      /** The same, with payloads only as long as they are not too much together. */
      readonly boundedSql: string
      readonly packedSql: string | undefined
    }
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
  const drafts: Draft[] = []
  for (const transformation of schema.transformations) {
    drafts.push(await draftTransformation(session, transformation, analyst, object))
  }
  const columns = agreedColumns(drafts, object)
  await checkContract(session, schema, columns, object)
  const key = keyOf(schema, analyst, object)
  const keyColumns = key.map((name) => {
    const column = columns.find((one) => one.name === name)
    if (column === undefined)
      throw refuse(object, `its SQL gives no key column "${name}"`, 'Give that column, or correct the key.')
    return column
  })
  const read = await tablesRead(session, drafts)
  const types = await typesRead(
    session,
    read,
    schema.transformations.map(({ sql }) => sql),
  )
  const definitionHash = hash([schema.transformations, key, columns, drafts.map(meaningOf), types])
  const shapes = shapesOf(drafts, definitionHash)
  for (const shape of shapes) await readShape(session, shape, object)
  return {
    id: publicSchemaId(schema),
    definitionHash,
    key,
    columns,
    transformations: drafts.map((draft) => finishTransformation(draft, analyst, keyColumns, columns)),
    partitions: [...new Map(drafts.flatMap(({ source }) => source.partitions.map((one) => [one.oid, one]))).values()],
    tablesRead: read,
    shapes: shapes.map(({ shape }) => shape),
    everyVersion: false,
  }
}

function keyOf(schema: PublicSchema, analyst: SqlAnalyst, object: string): readonly string[] {
  const [first] = schema.transformations
  if (first === undefined) throw refuse(object, 'it has no transformation', 'Give it SQL for at least one table.')
  const key = schema.key ?? analyst.inferKey(first.sql, first.table)
  if (key !== undefined) return key
  throw refuse(
    object,
    'it has no key',
    'Name the output columns that identify a row under outputSchema["x-rejot"].key.',
  )
}

function finishTransformation(
  draft: Draft,
  analyst: SqlAnalyst,
  key: readonly OutputColumn[],
  columns: readonly OutputColumn[],
): PostgresTransformation {
  const { transformation, source, argColumns, form } = draft
  const names = key.map((column) => column.name)
  const places = analyst.keyIsSourceKey(transformation.sql, transformation.table, source.identity, names)
  const translation = places && keyTranslation(key, places, source, argColumns)
  const payload = payloadSql('__rejot_q', columns)
  return {
    table: source.quoted,
    source,
    argColumns,
    projection:
      form === 'one-by-one'
        ? { form, sql: rowsSql(key, columns, draft.from, '1') }
        : {
            form,
            sql: rowsSql(key, columns, draft.from),
            boundedSql: boundedSql(keySql('__rejot_q', key), payload, draft.from),
            packedSql: translation && packedSql(payload, draft.from),
          },
    publicKeyOf: translation?.publicKeyOf,
    sourceKeyOf: translation?.sourceKeyOf,
  }
}

const ordinalColumn = '__rejot_k.__rejot_ord'

/** SQL for the place, the public row key and the payload of each row. */
export function rowsSql(
  key: readonly OutputColumn[],
  columns: readonly OutputColumn[],
  from: string,
  ordinal = ordinalColumn,
): string {
  return `select ${ordinal}, ${keySql('__rejot_q', key)}, ${payloadSql('__rejot_q', columns)} ${from}`
}

/** What the rows of one question may weigh, as long as fewer keys can be asked; two of them are in memory at a time. */
export const answerBytes = 8 * 1024 * 1024

/**
 * Only the server knows how wide rows are before they are here, and in the driver they would all be held. It adds up
 * row by row and keeps none of them.
 */
function boundedSql(key: string, payload: string, from: string): string {
  return `select __rejot_ord, __rejot_key, case when sum(octet_length(__rejot_payload)) over (rows unbounded preceding) <= ${answerBytes} then __rejot_payload end from (select ${ordinalColumn}, ${key} as __rejot_key, ${payload} as __rejot_payload ${from} offset 0) __rejot_bounded`
}

/** Payloads up to here are packed: longer ones gain nothing, and thousands of these are still a value of some MB. */
export const packedPayloadBytes = 2_048

/**
 * The rows of many keys as one: their ordinals between commas, their payloads between line feeds, which JSON made by
 * the server does not hold. A payload that is too long for it is left empty. `offset 0` keeps it from being made twice.
 */
function packedSql(payload: string, from: string): string {
  return `select string_agg(__rejot_ord::text, ','), string_agg(case when octet_length(__rejot_payload) <= ${packedPayloadBytes} then __rejot_payload else '' end, chr(10)) from (select ${ordinalColumn}, ${payload} as __rejot_payload ${from} offset 0) __rejot_packed`
}

/**
 * What the stream and the lineage rest on besides the SQL. A table that was dropped and made again is another one, and
 * what happened between is in no stream; with another identity, what is recorded of source keys means nothing.
 */
function meaningOf({ source, argColumns }: Draft): unknown {
  const typed = [...source.identity, ...argColumns].map((name) => [name, typeOf(source, name)])
  return [source.oid, source.identity.length, source.full, typed]
}

/** A server takes 1,664 columns of output; tables have up to 1,600. */
const widestShape = 1_600

interface DraftedShape {
  readonly shape: Shape
  readonly drafts: readonly Draft[]
}

/**
 * A prepared statement that was read with other columns or types is refused with "cached plan must not change result
 * type": so the server itself says that a table, view or function has changed under the SQL. Nothing is executed.
 */
function shapesOf(drafts: readonly Draft[], definitionHash: string): readonly DraftedShape[] {
  const groups: Draft[][] = []
  let width = Number.POSITIVE_INFINITY
  for (const draft of drafts) {
    if (width + draft.columns.length > widestShape) {
      groups.push([])
      width = 0
    }
    groups.at(-1)?.push(draft)
    width += draft.columns.length
  }
  return groups.map((group, place) => {
    const list = group.map((_, nth) => `__rejot_q${nth}.*`).join(', ')
    const joins = group.map(({ shape }, nth) => `left join (${shape}\n) __rejot_q${nth} on false`).join(' ')
    const sql = `select ${list} from (values (1)) __rejot_one ${joins}`
    return { shape: { name: `shape_${definitionHash.slice(0, 16)}_${place}`, sql }, drafts: group }
  })
}

/** Has the server read it, and sees that it gives what the drafts gave a moment ago. */
async function readShape(session: Session, { shape, drafts }: DraftedShape, object: string): Promise<void> {
  const { fields } = await session.client.query({ text: shape.sql, name: shape.name, rowMode: 'array' })
  const expected = drafts.flatMap((draft) => draft.columns)
  const types = await typeNames(session, fields)
  const same = types.length === expected.length && types.every((type, place) => type === expected[place]?.type)
  if (!same) throw new DefinitionChangedError(object)
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
