import { z } from 'zod'
import type { BackfillState, SourceBook, SourceCheckpoint } from '../domain/checkpoint.ts'
import { toLsn } from '../domain/lsn.ts'
import { toOffset } from '../domain/offset.ts'
import type { Counters } from './counters.ts'
import type { StoreConnection } from './store-connection.ts'
import { damagedStore } from './store-failure.ts'

/** The same book with writes that are part of the transaction under way. */
export interface SourceTable {
  save(checkpoint: SourceCheckpoint): void
  saveBackfill(state: BackfillState): void
}

interface SourceRow {
  readonly source: string
  readonly through_lsn: number
  readonly owed: string
  readonly confirmed_lsn: number
  readonly system_identifier: string
  readonly timeline: number
}

interface BackfillRow {
  readonly schema: string
  readonly source: string
  readonly definition_hash: string
  readonly generation: number
  readonly state: string
  readonly transformation: number
  readonly cursor: string | null
  readonly rows_done: number
  readonly rows_estimated: number
  /** JSON arrays. */
  readonly key: string | null
  readonly partitions: string | null
}

type BackfillValues = [
  string,
  string,
  string,
  number,
  string,
  number,
  string | null,
  number,
  number,
  string | null,
  string | null,
  number | null,
]

export function openSourceBook(
  store: StoreConnection,
  counters: Counters,
): { readonly book: SourceBook; readonly table: SourceTable } {
  const { database, read, write } = store
  const find = database.prepare<[string], SourceRow>('select * from source where source = ?')
  const replace = database.prepare<[string, number, string, number, string, number]>(
    'insert or replace into source values (?, ?, ?, ?, ?, ?)',
  )
  const remove = database.prepare<[string]>('delete from source where source = ?')
  const findBackfill = database.prepare<[string], BackfillRow>('select * from backfill where schema = ?')
  const allBackfills = database.prepare<[string], BackfillRow>(
    'select * from backfill where source = ? order by schema',
  )
  const replaceBackfill = database.prepare<BackfillValues>(
    'insert or replace into backfill values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const followedFrom = database
    .prepare<[string], number | null>('select followed_from from backfill where schema = ?')
    .pluck()

  const ofSchema = 'schema = (select id from name where name = ?)'
  const forgetRuns = database.prepare<[string]>(`delete from source_run where ${ofSchema}`)
  const forgetPublic = database.prepare<[string]>(`delete from public_source where ${ofSchema}`)

  /** As they are in the file: each turn of a source's loop asks for its own, and each of a lane for one. */
  const known = new Map<string, readonly BackfillState[]>()
  const knownOne = new Map<string, BackfillState | undefined>()
  const backfillsOf = (source: string): readonly BackfillState[] => {
    const found = known.get(source) ?? read(() => allBackfills.all(source).map(toBackfill))
    // What a transaction sees may be taken back.
    if (!database.inTransaction) known.set(source, found)
    return found
  }
  const backfillOf = (schema: string): BackfillState | undefined => {
    if (knownOne.has(schema)) return knownOne.get(schema)
    const found = read(() => optional(findBackfill.get(schema), toBackfill))
    if (!database.inTransaction) knownOne.set(schema, found)
    return found
  }

  const table: SourceTable = {
    save: ({ source, throughLsn, owed, confirmedLsn, server }) => {
      const { systemIdentifier, timeline } = server
      replace.run(source, throughLsn, JSON.stringify(owed), confirmedLsn, systemIdentifier, timeline)
    },
    saveBackfill: (backfill) => {
      const { schema, source, definitionHash, generation, state, transformation, cursor, rowsDone } = backfill
      const [key, partitions] = [backfill.key, backfill.partitions].map(toJson)
      const progress = [transformation, cursor ?? null, rowsDone, backfill.rowsEstimated] as const
      // What is under way passes unseen where the walk has been already, until all of it is there.
      const followed = state === 'running' ? null : (followedFrom.get(schema) ?? counters.nextOffset - 1)
      known.delete(source)
      knownOne.delete(schema)
      replaceBackfill.run(
        schema,
        source,
        definitionHash,
        generation,
        state,
        ...progress,
        key ?? null,
        partitions ?? null,
        followed,
      )
    },
  }
  const book: SourceBook = {
    read: (source) => read(() => optional(find.get(source), toCheckpoint)),
    save: (checkpoint) => write(() => table.save(checkpoint)),
    backfill: backfillOf,
    backfills: backfillsOf,
    followedFrom: (schema) => {
      const offset = read(() => followedFrom.get(schema))
      return offset == null ? undefined : toOffset(offset)
    },
    saveBackfill: (state) => write(() => table.saveBackfill(state)),
    forgetLineage: (schema) =>
      write(() => {
        forgetRuns.run(schema)
        forgetPublic.run(schema)
      }),
    forget: (source) => write(() => void remove.run(source)),
  }
  return { book, table }
}

function optional<Row, Value>(row: Row | undefined, convert: (row: Row) => Value): Value | undefined {
  return row === undefined ? undefined : convert(row)
}

const owedLsns = z.array(z.number())

function toCheckpoint(row: SourceRow): SourceCheckpoint {
  const owed = owedLsns.safeParse(JSON.parse(row.owed))
  if (!owed.success) throw damagedStore('a checkpoint in it cannot be read')
  return {
    source: row.source,
    throughLsn: toLsn(row.through_lsn),
    owed: owed.data.map(toLsn),
    confirmedLsn: toLsn(row.confirmed_lsn),
    server: { systemIdentifier: row.system_identifier, timeline: row.timeline },
  }
}

function toBackfill(row: BackfillRow): BackfillState {
  return {
    schema: row.schema,
    source: row.source,
    definitionHash: row.definition_hash,
    generation: row.generation,
    state: backfillStateOf(row.state),
    transformation: row.transformation,
    cursor: row.cursor ?? undefined,
    rowsDone: row.rows_done,
    rowsEstimated: row.rows_estimated,
    ...(row.key === null ? {} : { key: readJson(row.key, z.array(z.string())) }),
    ...(row.partitions === null ? {} : { partitions: readJson(row.partitions, z.array(z.number())) }),
  }
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

function readJson<Value>(text: string, type: z.ZodType<Value>): Value {
  const read = type.safeParse(JSON.parse(text))
  if (!read.success) throw damagedStore('a backfill in it cannot be read')
  return read.data
}

function backfillStateOf(text: string): BackfillState['state'] {
  if (text === 'running' || text === 'done' || text === 'skipped') return text
  throw damagedStore('it holds a backfill in an unknown state')
}
