import { createHash } from 'node:crypto'
import { FailureError } from '../domain/failure.ts'
import { type PublicSchema, versionsId } from '../domain/public-schema.ts'
import type { OverImages, SqlAnalyst } from '../domain/sql-analyst.ts'
import { classifyReadingFailure } from './classify-failure.ts'
import type { SourceTable } from './describe-table.ts'
import { typeNames, typeOf } from './draft-transformation.ts'
import type { ImageColumn } from './image-projection.ts'
import type { PostgresPublicSchema, PostgresTransformation } from './prepare-public-schema.ts'
import { rowsSql } from './prepare-public-schema.ts'
import { quoteIdentifier, quoteLiteral } from './quote.ts'
import type { Session } from './session.ts'

export interface VersionsQuestion {
  readonly schema: PublicSchema
  readonly prepared: PostgresPublicSchema
  readonly analyst: SqlAnalyst
  readonly publicationName: string
}

/**
 * The public schema of every version of another one's rows: the same rows, made of the images in the WAL. Throws a
 * FailureError with the reason where the images do not say all that the rows are made of.
 */
export async function prepareVersions(
  session: Session,
  { schema, prepared, analyst, publicationName }: VersionsQuestion,
): Promise<PostgresPublicSchema> {
  const refuse = (reason: string): FailureError => refusal(prepared.id, reason)
  const [transformation, another] = prepared.transformations
  const [written] = schema.transformations
  if (transformation === undefined || written === undefined || another !== undefined) {
    throw refuse('it is made of several tables')
  }
  const { source } = transformation
  // Known before the SQL is: all that might be read.
  const over = fits(analyst.overImages(written.sql, written.table, imageSql(source, source.columns)), refuse)
  await refuseFunctions(session, over, refuse)
  if (transformation.publicKeyOf === undefined) throw refuse('its key is not provably the key of its table')
  const facts = await describeImages(session, { source, over, prepared, publicationName, refuse })
  const { sql } = fits(analyst.overImages(written.sql, written.table, imageSql(source, facts)), refuse)
  const template = analyst.template(sql, prepared.id)
  const rendered = analyst.render(template, (placeholder) => {
    const column = placeholder.name ?? source.columns[(placeholder.index ?? 0) - 1]?.name ?? ''
    return imageValue(source, { name: column })
  })
  const names = [...facts.map(({ name }) => name), '__rejot_lacks', '__rejot_before']
  const arrays = names.map((_, place) => `$${place + 1}::text[]`).join(', ')
  const aliases = [...names, '__rejot_ord'].map(quoteIdentifier).join(', ')
  const from = `from unnest(${arrays}) with ordinality __rejot_k(${aliases}) cross join lateral (${rendered.sql}\n) __rejot_q`
  await readOver(session, prepared, { from, values: names.map(() => '{}') }, refuse)
  const key = prepared.key.flatMap((name) => prepared.columns.filter((column) => column.name === name))
  const images = { columns: facts, sql: rowsSql(key, prepared.columns, from) }
  const restorable = facts.map(({ output }) => output !== undefined)
  const own: PostgresTransformation = { ...transformation, images, restorable }
  return {
    ...prepared,
    id: versionsId(prepared.id),
    // An image is read by the types of its columns: with others it is prepared anew.
    definitionHash: createHash('sha256')
      .update(JSON.stringify([prepared.definitionHash, facts]))
      .digest('hex'),
    transformations: [own],
    everyVersion: true,
  }
}

type Fitting = Exclude<OverImages, { readonly reason: string }>

function fits(over: OverImages, refuse: (reason: string) => FailureError): Fitting {
  if ('reason' in over) throw refuse(over.reason)
  return over
}

/** What stands in the table's place: one row, of the values that came with the image. */
function imageSql(source: SourceTable, columns: readonly ReadColumn[]): string {
  const list = columns.map((column, place) => {
    const value = imageValue(source, column, place)
    const collated = column.collation === undefined ? value : `${value} collate ${column.collation}`
    return `${collated} as ${quoteIdentifier(column.name)}`
  })
  return `(select ${list.join(', ')})`
}

type ReadColumn = Pick<ImageFacts, 'name'> & Partial<ImageFacts>

/** A value that the image lacks stands in the row before, as its own text or as JSON of the same text. */
function imageValue(source: SourceTable, { name, output }: ReadColumn, place = 0): string {
  const value = `__rejot_k.${quoteIdentifier(name)}`
  const type = typeOf(source, name)
  if (output === undefined) return `${value}::${type}`
  const former = `__rejot_k.__rejot_before::json ->> ${quoteLiteral(output)}`
  return `(case when __rejot_k.__rejot_lacks like '%,${place},%' then ${former} else ${value} end)::${type}`
}

/** Stable functions of the server whose answer depends on their arguments and on settings that every session of ours has alike. */
const formatting =
  'array_to_json array_to_string concat concat_ws date_part date_trunc extract format json_build_array json_build_object ' +
  'jsonb_build_array jsonb_build_object row_to_json timezone to_char to_date to_json to_jsonb to_number to_timestamp to_tsvector'

const functionsSql = `
select p.proname,
       case when p.prokind <> 'f' then 'aggregates rows' when p.proretset then 'gives several rows'
            else 'may answer differently another time' end
  from pg_proc p
 where p.proname = any ($1::text[])
   and (p.prokind <> 'f' or p.proretset or p.provolatile = 'v'
        or p.provolatile = 's' and not (p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any ($2::text[])))
 limit 1`

const operatorsSql = `
select o.oprname from pg_operator o join pg_proc p on p.oid = o.oprcode
 where o.oprname = any ($1::text[]) and o.oprnamespace <> 'pg_catalog'::regnamespace and p.provolatile <> 'i'
 limit 1`

async function refuseFunctions(
  session: Session,
  over: Fitting,
  refuse: (reason: string) => FailureError,
): Promise<void> {
  const [called] = await session.rows(functionsSql, [textArray(over.functions), textArray(formatting.split(' '))])
  if (called !== undefined) throw refuse(`${called[0]}() ${called[1]}`)
  const [operator] = await session.rows(operatorsSql, [textArray(over.operators)])
  if (operator !== undefined) throw refuse(`its operator ${operator[0]} may answer differently another time`)
}

interface ImageFacts extends ImageColumn {
  /** The output column that is this one as it is, where its values may be kept out of line; what an image lacks stands there. */
  readonly output: string | undefined
  /** Quoted, where it is not its type's own. */
  readonly collation: string | undefined
}

const columnsSql = `
select a.attname, a.atttypid::int8, (a.attgenerated <> '')::text, ('xml'::regtype in (t.oid, t.typbasetype))::text,
       (t.typlen = -1 and a.atttypid::regtype::text !~ '\\[\\]$')::text,
       (select format('%I.%I', n.nspname, l.collname) from pg_collation l join pg_namespace n on n.oid = l.collnamespace
         where l.oid = a.attcollation and a.attcollation <> t.typcollation),
       exists (select from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
                where p.pubname = $2 and r.prrelid = a.attrelid
                  and to_jsonb(r) ->> 'prattrs' is not null
                  and not (to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)))::text
  from pg_attribute a join pg_type t on t.oid = a.atttypid
 where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped
 order by a.attnum`

/** The columns that an image must bring. */
async function describeImages(session: Session, question: ImagesQuestion): Promise<readonly ImageFacts[]> {
  const { source, over, publicationName, refuse } = question
  const oid = String(source.oid)
  const [[secured] = []] = await session.rows('select relrowsecurity::text from pg_class where oid = $1::oid', [oid])
  if (secured !== 'false') throw refuse(`${source.quoted} has row security, which the WAL does not know`)
  if (source.heirs.length > 0) throw refuse(`other tables inherit from ${source.quoted}`)
  const facts: ImageFacts[] = []
  for (const row of await session.rows(columnsSql, [oid, publicationName])) {
    const [name, typeOid, generated, isXml, isLong, collation, unpublished] = row
    if (name == null) continue
    if (over.columns !== 'all' && !over.columns.includes(name) && !source.identity.includes(name)) continue
    if (generated === 'true') throw refuse(`the column "${name}" is computed, and not in the WAL`)
    // What the server prints of it lacks the declaration that a cast to text keeps.
    if (isXml === 'true') throw refuse(`the column "${name}" is xml, which the WAL does not tell whole`)
    if (unpublished === 'true') throw refuse(`the publication ${publicationName} leaves out the column "${name}"`)
    const output = isLong === 'true' ? outputOf(question, name) : undefined
    facts.push({ name, typeOid: Number(typeOid), output, collation: collation ?? undefined })
  }
  return facts
}

interface ImagesQuestion {
  readonly source: SourceTable
  readonly over: Fitting
  readonly prepared: PostgresPublicSchema
  readonly publicationName: string
  readonly refuse: (reason: string) => FailureError
}

/** Arrays may stand in a payload in another form than their own. */
function outputOf({ source, over, prepared }: ImagesQuestion, column: string): string | undefined {
  const output = over.plain.get(column) ?? (over.star ? column : undefined)
  const isSame = prepared.columns.some(({ name, type }) => name === output && type === typeOf(source, column))
  return isSame ? output : undefined
}

/** Has the server read the SQL over images; it must give the columns that it gives over the table. */
async function readOver(
  session: Session,
  { id, columns }: PostgresPublicSchema,
  { from, values }: { readonly from: string; readonly values: readonly string[] },
  refuse: (reason: string) => FailureError,
): Promise<void> {
  const fields = await session.client
    .query({ text: `select __rejot_q.* ${from} limit 0`, values: [...values], rowMode: 'array' })
    .then((result) => result.fields)
    .catch((error: unknown) => {
      const failure = classifyReadingFailure(error, id)
      if (failure.policy === 'retry') throw error
      throw refuse('the server does not read it without the table itself')
    })
  const types = await typeNames(session, fields)
  const isSame =
    fields.length === columns.length &&
    columns.every(({ name, type }, place) => fields[place]?.name === name && types[place] === type)
  if (!isSame) throw refuse('it gives other columns without the table itself')
}

function textArray(names: readonly string[]): string {
  return `{${names.map((name) => JSON.stringify(name)).join(',')}}`
}

function refusal(schema: string, reason: string): FailureError {
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object: versionsId(schema),
    message: `Cannot give every version of ${schema}: ${reason}`,
    solution:
      'Leave "everyVersion" out in rejot-desktop.json, and take the last version of each epoch; or change the public schema.',
  })
}
