import type { Database } from 'better-sqlite3'
import type { Epoch } from '../domain/event.ts'
import { toLsn } from '../domain/lsn.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import { damagedStore } from './store-failure.ts'

/** Closing rows. What has none was never there. */
export interface EpochTable {
  head(source: number): Offset
  after(source: number, name: string, after: Offset, maxEvents: number): readonly Epoch[]
  /** Events of these schemas after an epoch's end; where history is gone, at most the number that is left. */
  pending(source: number, schemas: readonly number[], after: Offset): number
  /** Events of a schema ever stored. */
  eventsOf(schema: number): number
  /** Part of the transaction under way. */
  insert(epoch: ClosingRow): void
}

export interface ClosingRow extends Omit<Epoch, 'source'> {
  readonly source: number
  readonly events: number
  readonly storedAt: number
  readonly eventsBySchema: ReadonlyMap<number, number>
}

type Row = [id: number, first: number, last: number, lsn: number, receivedAt: number, kind: string, events: number]

const afterSql = `
  select id, first_offset, last_offset, lsn, received_at, kind, events
  from epoch
  where source = ? and last_offset > ?
  order by last_offset`

const totalSql = `
  select total
  from epoch_schema
  where source = ? and schema = ? and last_offset <= ?
  order by last_offset desc
  limit 1`

const retentionSql = 'select complete_from, removed from schema_retention where schema = ?'

const addEventsSql = `
  insert into schema_total values (?, ?)
  on conflict (schema) do update set events = events + excluded.events`

export function openEpochTable(database: Database): EpochTable {
  const head = database.prepare<[number], number | null>('select max(last_offset) from epoch where source = ?').pluck()
  const after = database.prepare<[number, number], Row>(afterSql).raw()
  const total = database.prepare<[number, number, number], number>(totalSql).pluck()
  const insert = database.prepare<[number, number, number, number, number, number, number, number, string]>(
    'insert into epoch values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertTotal = database.prepare<[number, number, number, number, number]>(
    'insert into epoch_schema values (?, ?, ?, ?, ?)',
  )
  const eventsOf = database.prepare<[number], number>('select events from schema_total where schema = ?').pluck()
  const addEvents = database.prepare<[number, number]>(addEventsSql)
  const retention = database.prepare<[number], [completeFrom: number, removed: number]>(retentionSql).raw()
  const totalUpTo = (source: number, schema: number, offset: number) => total.get(source, schema, offset) ?? 0
  const pendingOf = (source: number, schema: number, offset: number) => {
    const all = totalUpTo(source, schema, Number.MAX_SAFE_INTEGER)
    const later = all - totalUpTo(source, schema, offset)
    const [completeFrom, removed] = retention.get(schema) ?? [0, 0]
    return offset < completeFrom ? Math.min(later, all - removed) : later
  }

  return {
    head: (source) => toOffset(head.get(source) ?? zeroOffset),
    after: (source, name, offset, maxEvents) => {
      const epochs: Epoch[] = []
      let events = 0
      for (const row of after.iterate(source, offset)) {
        events += row[6]
        if (epochs.length > 0 && events > maxEvents) break
        epochs.push(toEpoch(row, name))
      }
      return epochs
    },
    pending: (source, schemas, offset) => schemas.reduce((sum, schema) => sum + pendingOf(source, schema, offset), 0),
    eventsOf: (schema) => eventsOf.get(schema) ?? 0,
    insert: (row) => {
      const { id, source, firstOffset, lastOffset, events, lsn, receivedAt, storedAt, kind } = row
      insert.run(id, source, firstOffset, lastOffset, events, lsn, receivedAt, storedAt, kind)
      for (const [schema, count] of row.eventsBySchema) {
        if (count === 0) continue
        insertTotal.run(source, schema, lastOffset, count, totalUpTo(source, schema, lastOffset) + count)
        addEvents.run(schema, count)
      }
    },
  }
}

/** Throws a FailureError of kind `store` for a word that no version has written. */
export function epochKindOf(text: string): Epoch['kind'] {
  if (text === 'live' || text === 'catch-up' || text === 'backfill') return text
  throw damagedStore('it holds an epoch of an unknown kind')
}

function toEpoch([id, first, last, lsn, receivedAt, kind]: Row, source: string): Epoch {
  return {
    id,
    source,
    firstOffset: toOffset(first),
    lastOffset: toOffset(last),
    lsn: toLsn(lsn),
    receivedAt,
    kind: epochKindOf(kind),
  }
}
