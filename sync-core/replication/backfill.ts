import { isDeepStrictEqual } from 'node:util'
import type { BackfillState, SourceBook } from '../domain/checkpoint.ts'
import { PublicSchemaError } from '../domain/failure.ts'
import type { PreparedPublicSchema, SourceSnapshot } from '../domain/source.ts'
import { createKeySlice, type KeySlice } from './key-slice.ts'
import type { RowPace } from './row-pace.ts'

/** Most source keys of one chunk: one slice, projected in one go. */
const chunkKeys = 4_000

/**
 * In which order the tables of a public schema are walked, by place of their transformations.
 *
 * Tables that need a lineage come first: a change of one of their rows finds the public rows it used to give only once
 * it has been walked. The tables whose key is the public row key come last and so ask every public row once more, with
 * the lineage complete. Where there is none of those, everything is walked twice for the same reason.
 */
export function walkOrder(schema: PreparedPublicSchema): readonly number[] {
  const places = schema.transformations.map((_, place) => place)
  const withLineage = places.filter((place) => schema.transformations[place]?.publicKeyOf === undefined)
  const withoutLineage = places.filter((place) => schema.transformations[place]?.publicKeyOf !== undefined)
  if (withoutLineage.length > 0) return [...withLineage, ...withoutLineage]
  return [...withLineage, ...withLineage]
}

/**
 * Where each public schema's backfill stands; those that are new, or whose definition changed, begin. Throws a
 * PublicSchemaError for one whose key is another one than before.
 */
export function startBackfills(
  book: SourceBook,
  source: string,
  schemas: readonly PreparedPublicSchema[],
  wanted: boolean,
): void {
  for (const schema of schemas) {
    const known = book.backfill(schema.id)
    if (known?.key !== undefined && !isDeepStrictEqual(known.key, schema.key)) throw keyChanged(schema, known.key)
    const partitions = schema.partitions.map(({ oid }) => oid)
    if (known?.definitionHash === schema.definitionHash) {
      const again = partitionsBroughtRows(known, schema) ? repeatBackfill(book, schema.id) : known
      // After the repetition, so that a crash between the two repeats it once more.
      if (!isDeepStrictEqual([known.key, known.partitions], [schema.key, partitions])) {
        book.saveBackfill({ ...known, ...again, key: schema.key, partitions })
      }
      continue
    }
    // Before the state, so that a crash between the two repeats it.
    if (known !== undefined) book.forgetLineage(schema.id)
    book.saveBackfill({
      schema: schema.id,
      source,
      definitionHash: schema.definitionHash,
      key: schema.key,
      partitions,
      generation: (known?.generation ?? 0) + 1,
      state: wanted || known !== undefined ? 'running' : 'skipped',
      transformation: 0,
      cursor: undefined,
      rowsDone: 0,
      rowsEstimated: 0,
    })
  }
}

/**
 * A partition that is attached brings its rows along, one that is detached or dropped takes them away, and the stream
 * says nothing of them. One that was just made has none, so that those who make one every day need not copy every day.
 */
function partitionsBroughtRows({ partitions: before }: BackfillState, { partitions }: PreparedPublicSchema): boolean {
  if (before === undefined) return false
  const gone = before.some((oid) => !partitions.some((one) => one.oid === oid))
  return gone || partitions.some(({ oid, isEmpty }) => !isEmpty && !before.includes(oid))
}

/**
 * Rows under their former keys would be gone at the source, and be deleted at every destination after they have been
 * written under their new ones.
 */
function keyChanged({ id, key }: PreparedPublicSchema, before: readonly string[]): PublicSchemaError {
  return new PublicSchemaError(id, {
    kind: 'manifest',
    policy: 'halt',
    object: id,
    message: `Cannot publish ${id}: its key is ${key.join(', ')} now, and was ${before.join(', ')}: a key stays as it is within a major version`,
    solution: 'Publish it as the next major version, or take the former key back, and start again.',
  })
}

/**
 * Walks everything again, from the beginning, as a generation of its own: rows that changed unseen are corrected, and
 * the sweep at its end deletes what is gone. Returns the state it begins with; `undefined` when there was no backfill
 * yet, and the first one is still to come.
 */
export function repeatBackfill(book: SourceBook, schema: string): BackfillState | undefined {
  const known = book.backfill(schema)
  if (known === undefined) return undefined
  const repeated: BackfillState = {
    ...known,
    generation: known.generation + 1,
    state: 'running',
    transformation: 0,
    cursor: undefined,
    rowsDone: 0,
    rowsEstimated: 0,
  }
  book.saveBackfill(repeated)
  return repeated
}

export function isUnbegun({ transformation, cursor }: BackfillState): boolean {
  return transformation === 0 && cursor === undefined
}

/** A chunk to be projected, and where the walk stands once it is written. */
export interface BackfillChunk {
  readonly slice: KeySlice
  readonly next: BackfillState
  /** The walk is through: what it did not see must be asked too, since an earlier generation may have left it. */
  readonly sweep: boolean
}

/** Reads the next chunk of source keys in the epoch's own snapshot, so that live changes and chunk cannot disagree. */
export async function readChunk(
  snapshot: SourceSnapshot,
  pace: RowPace,
  place: number,
  schema: PreparedPublicSchema,
  state: BackfillState,
): Promise<BackfillChunk> {
  const order = walkOrder(schema)
  const transformation = order[state.transformation] ?? 0
  const estimated =
    state.rowsDone === 0 && state.cursor === undefined ? await estimate(snapshot, place, order) : state.rowsEstimated
  const limit = pace.keys(chunkKeys, schema.id)
  const keys = await snapshot.walk(place, transformation, state.cursor, limit)
  const slice = createKeySlice()
  for (const key of keys) slice.add(place, transformation, key)
  const ended = keys.length < limit
  const last = ended && state.transformation + 1 >= order.length
  return {
    slice,
    sweep: last && state.generation > 1,
    next: {
      ...state,
      state: last ? 'done' : 'running',
      transformation: ended && !last ? state.transformation + 1 : state.transformation,
      cursor: ended ? undefined : keys.at(-1)?.id,
      rowsDone: state.rowsDone + keys.length,
      rowsEstimated: Math.max(estimated, state.rowsDone + keys.length),
    },
  }
}

async function estimate(snapshot: SourceSnapshot, place: number, order: readonly number[]): Promise<number> {
  let rows = 0
  for (const transformation of order) rows += await snapshot.estimateRows(place, transformation)
  return rows
}
