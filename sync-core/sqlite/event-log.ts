import type { Database } from 'better-sqlite3'
import type { StoredEvent } from '../domain/event.ts'
import { toOffset } from '../domain/offset.ts'
import { batchInsert, type Value } from './batch-insert.ts'
import type { Change } from './change-buffer.ts'
import type { Counters } from './counters.ts'
import type { NameBook } from './name-book.ts'
import { operationCode } from './operation-code.ts'
import type { VersionEvent } from './version-buffer.ts'

/** Events and the latest of each key, written together. All of it is part of the transaction under way. */
export interface EventLog {
  append(epoch: number, changes: Iterable<Change>): Appended
  /** Events of keys that may have several in the epoch, in this order. */
  appendVersions(epoch: number, versions: readonly VersionEvent[]): readonly StoredEvent[]
  /** Rows of keys that have no event yet, each once. Where one has, or comes twice, `undefined`, and nothing is written. */
  insertNew(epoch: number, schema: number, rows: readonly NewRow[]): Appended | undefined
  /** First and last offset of an epoch's events, from an offset on. */
  bounds(epoch: number, from: number): { readonly first: number; readonly last: number }
  /** Takes an epoch's events from an offset on out again. */
  undo(epoch: number, from: number): void
}

export interface NewRow {
  readonly key: string
  readonly payload: string
}

export interface Appended {
  readonly events: readonly StoredEvent[]
  /** An event that an earlier chunk had written was taken back. */
  readonly tookBack: boolean
}

/** From the log itself, whose last pages are at hand: giving each key a second time was three of ten values of an append. */
const setLatestSql = `
  insert into latest
  select schema, key, offset from event where offset between ? and ? order by offset
  on conflict (schema, key) do update set offset = excluded.offset`

const addLatestSql = `
  insert into latest
  select schema, key, offset from event where offset between ? and ?
  on conflict (schema, key) do nothing`

const undoInsertsSql = `
  delete from latest
  where (schema, key) in (
    select schema, key from event where offset >= ? and epoch = ? and previous_offset is null)`

// A key may have had several events in the epoch: the first of them knows the one before it.
const undoChangesSql = `
  update latest
  set offset = e.previous_offset
  from event e
  where e.offset >= ? and e.epoch = ? and e.previous_offset < ?
    and latest.schema = e.schema and latest.key = e.key`

export function openEventLog(database: Database, names: NameBook, counters: Counters): EventLog {
  const insertEvents = batchInsert({
    database,
    head: 'insert into event',
    columns: 5,
    row: (place) => `(@offset + ${place}, @epoch, ?, ?, ?, ?, ?)`,
  })
  const insertNew = batchInsert({
    database,
    head: 'insert into event',
    columns: 2,
    row: (place) => `(@offset + ${place}, @epoch, @schema, ${operationCode.insert}, ?, ?, null)`,
  })
  const addLatest = database.prepare<[number, number]>(addLatestSql)
  const savepoint = database.prepare('savepoint new_rows')
  const takeBack = database.prepare('rollback to new_rows')
  const release = database.prepare('release new_rows')
  const setLatest = database.prepare<[number, number]>(setLatestSql)
  const restoreLatest = database.prepare<[number, number, string]>(
    'update latest set offset = ? where schema = ? and key = ?',
  )
  const removeEvent = database.prepare<[number]>('delete from event where offset = ?')
  const removeLatest = database.prepare<[number, string]>('delete from latest where schema = ? and key = ?')
  const undoInserts = database.prepare<[number, number]>(undoInsertsSql)
  const undoChanges = database.prepare<[number, number, number]>(undoChangesSql)
  const undoEvents = database.prepare<[number, number]>('delete from event where offset >= ? and epoch = ?')
  const first = edge(database, 'asc')
  const last = edge(database, 'desc')

  return {
    append: (epoch, changes) => {
      const firstOffset = counters.nextOffset
      const events: Value[] = []
      const appended: StoredEvent[] = []
      let tookBack = false
      for (const { schema, key, operation, payload, before, written } of changes) {
        if (written !== undefined) {
          removeEvent.run(written)
          tookBack = true
        } else if (operation === undefined) continue
        const previous = before?.offset ?? null
        if (operation !== undefined) {
          const offset = toOffset(counters.nextOffset++)
          events.push(schema, operationCode[operation], key, payload, previous)
          appended.push({ offset, schema: names.nameOf(schema), operation, key, payload })
        } else if (previous === null) removeLatest.run(schema, key)
        else restoreLatest.run(previous, schema, key)
      }
      if (appended.length > 0) {
        insertEvents(events, (row) => ({ offset: firstOffset + row, epoch }))
        setLatest.run(firstOffset, counters.nextOffset - 1)
      }
      return { events: appended, tookBack }
    },
    appendVersions: (epoch, versions) => {
      const firstOffset = counters.nextOffset
      const offsets = new Map<VersionEvent, number>()
      const values: Value[] = []
      const appended = versions.map((version): StoredEvent => {
        const { schema, key, operation, payload, previous } = version
        const offset = toOffset(counters.nextOffset++)
        offsets.set(version, offset)
        const previousOffset = typeof previous === 'object' ? offsets.get(previous) : previous
        values.push(schema, operationCode[operation], key, payload, previousOffset ?? null)
        return { offset, schema: names.nameOf(schema), operation, key, payload }
      })
      if (appended.length > 0) {
        insertEvents(values, (row) => ({ offset: firstOffset + row, epoch }))
        setLatest.run(firstOffset, counters.nextOffset - 1)
      }
      return appended
    },
    insertNew: (epoch, schema, rows) => {
      const first = counters.nextOffset
      savepoint.run()
      const values: string[] = []
      for (const { key, payload } of rows) values.push(key, payload)
      insertNew(values, (row) => ({ offset: first + row, epoch, schema }))
      const areNew = addLatest.run(first, first + rows.length - 1).changes === rows.length
      if (!areNew) takeBack.run()
      release.run()
      if (!areNew) return undefined
      counters.nextOffset += rows.length
      const name = names.nameOf(schema)
      const events = rows.map(({ key, payload }, place): StoredEvent => {
        return { offset: toOffset(first + place), schema: name, operation: 'insert', key, payload }
      })
      return { events, tookBack: false }
    },
    bounds: (epoch, from) => ({ first: first.get(from, epoch) ?? from, last: last.get(from, epoch) ?? from }),
    undo: (epoch, from) => {
      undoInserts.run(from, epoch)
      undoChanges.run(from, epoch, from)
      undoEvents.run(from, epoch)
    },
  }
}

function edge(database: Database, direction: 'asc' | 'desc') {
  return database
    .prepare<[number, number], number>(
      `select offset from event where offset >= ? and epoch = ? order by offset ${direction} limit 1`,
    )
    .pluck()
}
