import { PublicSchemaError } from '../domain/failure.ts'
import type { ChangeListener, SourceKey, TupleValues } from '../domain/source-transaction.ts'
import type { BinaryTypes } from './binary-values.ts'
import type { RelationMessage } from './decode-pgoutput.ts'
import type { SourceTable } from './describe-table.ts'
import type { RelationInterest } from './followed-relation.ts'
import type { ImageColumn } from './image-projection.ts'
import type { PostgresPublicSchema, PostgresTransformation } from './prepare-public-schema.ts'

/**
 * Which transformations listen to a relation of the stream, and which columns they need of it.
 *
 * @param binary where values come in binary form; of other types no value is read
 */
export function changeInterest(
  schemas: readonly PostgresPublicSchema[],
  relation: RelationMessage,
  binary?: BinaryTypes,
): RelationInterest | undefined {
  const needs: ListenerNeeds[] = []
  const isWanted = relation.columns.map(() => false)
  schemas.forEach((schema, schemaPlace) => {
    schema.transformations.forEach((transformation, transformationPlace) => {
      const { source } = transformation
      const meant = [source, ...source.heirs]
      if (!meant.some(({ schema: space, name }) => space === relation.schema && name === relation.table)) return
      const columnsOf = (names: readonly string[]) => names.map((name) => relation.columns.indexOf(name))
      const identity = columnsOf(source.identity)
      const args = columnsOf(transformation.argColumns)
      const images = transformation.images?.columns.map((column) => placeOfImage(relation, column))
      for (const place of [...identity, ...args, ...(images ?? [])]) if (place >= 0) isWanted[place] = true
      needs.push({
        listener: {
          schema: schemaPlace,
          transformation: transformationPlace,
          keyOf: identity.includes(-1)
            ? unreadable(schema.id, source, 'its key columns were renamed or exchanged')
            : keyReader(identity, args, transformation),
          imageOf: images && imageReader(images),
        },
        id: schema.id,
        source,
        identity,
        args,
        images,
      })
    })
  })
  if (needs.length === 0) return undefined
  const wanted = isWanted.map(
    (is, place) => is && (binary === undefined || (binary.get(relation.types[place] ?? 0) ?? false)),
  )
  const unread = isWanted.flatMap((is, place) => (is && wanted[place] === false ? [place] : []))
  return {
    listeners: needs.map((one) => listenerWithout(one, unread, [])),
    wanted,
    listenersWithout: (columns) => needs.map((one) => listenerWithout(one, [...unread, ...columns], columns)),
  }
}

interface ListenerNeeds {
  readonly listener: ChangeListener
  /** Of its public schema. */
  readonly id: string
  readonly source: SourceTable
  readonly identity: readonly number[]
  readonly args: readonly number[]
  readonly images: readonly number[] | undefined
}

/**
 * A listener where some values cannot be read: an argument is looked up in the source, which has the row by its key; so is
 * a row of which an image is wanted. Without a key nobody can tell which row it is.
 *
 * @param tooLong of those, where the other row of a change may have a value which would be taken for this one
 */
function listenerWithout(needs: ListenerNeeds, columns: readonly number[], tooLong: readonly number[]): ChangeListener {
  const { listener, id, source, identity, args, images } = needs
  if (columns.length === 0) return listener
  const lacks = (places: readonly number[]): boolean => places.some((place) => columns.includes(place))
  const isUnknown = lacks(identity) || args.some((place) => tooLong.includes(place))
  return {
    schema: listener.schema,
    transformation: listener.transformation,
    keyOf: isUnknown ? unreadable(id, source, 'its key, or an argument, cannot be read') : listener.keyOf,
    imageOf: images !== undefined && lacks(images) ? () => undefined : listener.imageOf,
  }
}
function imageReader(places: readonly number[]): ChangeListener['imageOf'] {
  if (places.includes(-1)) return () => undefined
  return (values) => places.map((place) => values[place])
}

/** A column that was of another type when the row was written says nothing of what the row is now. */
function placeOfImage({ columns, types }: RelationMessage, { name, typeOid }: ImageColumn): number {
  const place = columns.indexOf(name)
  return types[place] === typeOid ? place : -1
}

/**
 * The stream gives rows in the shape that their table had when they were written; when the columns that name a row
 * were called otherwise then, nobody can tell which rows these are, and all of them are copied again. So it is where they
 * cannot be read.
 */
function unreadable(schema: string, source: SourceTable, reason: string): ChangeListener['keyOf'] {
  return () => {
    throw new PublicSchemaError(schema, {
      kind: 'replica-identity',
      policy: 'halt',
      object: schema,
      message: `Cannot follow the changes of ${source.quoted} for ${schema}: ${reason}`,
      solution: 'Nothing is to be done.',
    })
  }
}

function keyReader(
  identity: readonly number[],
  args: readonly number[],
  transformation: PostgresTransformation,
): ChangeListener['keyOf'] {
  const [only] = identity
  // The usual table, asked by its one key column: worth its own path, since this runs for every changed row.
  if (identity.length === 1 && only !== undefined && args.length === 1 && args[0] === only) {
    return (values) => {
      const value = values[only]
      return value == null ? undefined : { id: idOfOne(value), args: [value] }
    }
  }
  const { full } = transformation.source
  const argsInIdentity = args.every((place) => identity.includes(place))
  return (values, age) => {
    const id: (string | null)[] = []
    for (const place of identity) {
      const value = values[place]
      if (value === undefined) return undefined
      id.push(value)
    }
    return { id: JSON.stringify(id), args: age === 'new' || full || argsInIdentity ? readArgs(values, args) : 'gone' }
  }
}

/** What JSON.stringify gives, without its cost where nothing is to be escaped. */
function idOfOne(value: string): string {
  return plainText.test(value) ? `["${value}"]` : JSON.stringify([value])
}

const plainText = /^[\w.:+-]*$/

function readArgs(values: TupleValues, args: readonly number[]): SourceKey['args'] {
  const read: (string | null)[] = []
  for (const place of args) {
    const value = values[place]
    if (value === undefined) return 'look-up'
    read.push(value)
  }
  return read
}
