import type { Database } from 'better-sqlite3'
import type { StoredEvent } from '../domain/event.ts'
import { toOffset } from '../domain/offset.ts'
import { batchInsert, type Value } from './batch-insert.ts'
import type { Change } from './change-buffer.ts'
import type { Counters } from './counters.ts'
import type { NameBook } from './name-book.ts'
import { operationCode } from './operation-code.ts'

/** Events and the latest of each key, written together. All of it is part of the transaction under way. */
export interface EventLog {
  append(epoch: number, changes: Iterable<Change>): Appended
  /** First and last offset of an epoch's events, from an offset on. */
  bounds(epoch: number, from: number): { readonly first: number; readonly last: number }
  /** Takes an epoch's events from an offset on out again. */
  undo(epoch: number, from: number): void
}

export interface Appended {
  readonly events: readonly StoredEvent[]
  /** An event that an earlier chunk had written was taken back. */
  readonly tookBack: boolean
}

const undoInsertsSql = `
  delete from latest
  where (schema, key) in (
    select schema, key from event where offset >= ? and epoch = ? and previous_offset is null)`

const undoChangesSql = `
  update latest
  set offset = e.previous_offset
  from event e
  where e.offset >= ? and e.epoch = ? and e.previous_offset is not null
    and latest.schema = e.schema and latest.key = e.key`

export function openEventLog(database: Database, names: NameBook, counters: Counters): EventLog {
  const insertEvents = batchInsert(database, 7, 'insert into event')
  const setLatest = batchInsert(
    database,
    3,
    'insert into latest',
    'on conflict (schema, key) do update set offset = excluded.offset',
  )
  const removeEvent = database.prepare<[number]>('delete from event where offset = ?')
  const removeLatest = database.prepare<[number, string]>('delete from latest where schema = ? and key = ?')
  const undoInserts = database.prepare<[number, number]>(undoInsertsSql)
  const undoChanges = database.prepare<[number, number]>(undoChangesSql)
  const undoEvents = database.prepare<[number, number]>('delete from event where offset >= ? and epoch = ?')
  const first = edge(database, 'asc')
  const last = edge(database, 'desc')

  return {
    append: (epoch, changes) => {
      const events: Value[] = []
      const latest: Value[] = []
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
          events.push(offset, epoch, schema, operationCode[operation], key, payload, previous)
          latest.push(schema, key, offset)
          appended.push({ offset, schema: names.nameOf(schema), operation, key, payload })
        } else if (previous === null) removeLatest.run(schema, key)
        else latest.push(schema, key, previous)
      }
      insertEvents(events)
      setLatest(latest)
      return { events: appended, tookBack }
    },
    bounds: (epoch, from) => ({ first: first.get(from, epoch) ?? from, last: last.get(from, epoch) ?? from }),
    undo: (epoch, from) => {
      undoInserts.run(from, epoch)
      undoChanges.run(from, epoch)
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
