import type { Database } from 'better-sqlite3'
import type { StoredEvent } from '../domain/event.ts'
import type { EventPage } from '../domain/event-store.ts'
import { toOffset } from '../domain/offset.ts'
import type { NameBook } from './name-book.ts'
import { operationOf } from './operation-code.ts'

type Row = [offset: number, schema: number, operation: number, key: string, payload: string]

// The range alone is not enough: a large epoch of another source lies between the chunks of this one.
const pageSql = `
  select offset, schema, operation, key, payload
  from event
  where offset > ? and offset <= ?
    and epoch in (select value from json_each(?))
    and schema in (select value from json_each(?))
  order by offset
  limit ?`

/** A way to read what the closed epochs hold, a page at a time. */
export function openEventPages(database: Database, names: NameBook): (page: EventPage) => readonly StoredEvent[] {
  const select = database.prepare<[number, number, string, string, number], Row>(pageSql).raw()

  return ({ epochs, schemas, after, limit, maxBytes }) => {
    const open = epochs.filter((epoch) => epoch.lastOffset > after)
    const [first] = open
    const last = open.at(-1)
    if (first === undefined || last === undefined) return []
    const from = Math.max(after, first.firstOffset - 1)
    const epochIds = JSON.stringify(open.map((epoch) => epoch.id))
    const schemaIds = JSON.stringify(schemas.map((schema) => names.find(schema)).filter((id) => id !== undefined))

    const events: StoredEvent[] = []
    let bytes = 0
    for (const row of select.iterate(from, last.lastOffset, epochIds, schemaIds, limit)) {
      bytes += row[4].length
      if (events.length > 0 && bytes > maxBytes) break
      events.push(toEvent(row, names))
    }
    return events
  }
}

/** A way to read single events. */
export function openEventsAt(
  database: Database,
  names: NameBook,
): (offsets: readonly number[], maxBytes: number) => readonly StoredEvent[] {
  const select = database
    .prepare<[number], Row>('select offset, schema, operation, key, payload from event where offset = ?')
    .raw()
  return (offsets, maxBytes) => {
    const events: StoredEvent[] = []
    let bytes = 0
    for (const offset of offsets) {
      const row = select.get(offset)
      if (row === undefined) continue
      events.push(toEvent(row, names))
      bytes += row[4].length
      if (bytes >= maxBytes) break
    }
    return events
  }
}

function toEvent([offset, schema, operation, key, payload]: Row, names: NameBook): StoredEvent {
  return { offset: toOffset(offset), schema: names.nameOf(schema), operation: operationOf(operation), key, payload }
}
