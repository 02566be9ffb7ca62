import type { Database } from 'better-sqlite3'
import type { StoredEvent } from '../domain/event.ts'
import type { EventPage } from '../domain/event-store.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import type { NameBook } from './name-book.ts'
import { operationCode, operationOf } from './operation-code.ts'

type Row = [offset: number, schema: number, operation: number, key: string, payload: string, latest: number]

export interface StatePage extends EventPage {
  readonly asOf: Offset
}

// What has been replaced by `asOf` is left out here; what was replaced later is looked at one by one.
const pageSql = `
  select e.offset, e.schema, e.operation, e.key, e.payload, l.offset
  from event e
  cross join latest l on l.schema = e.schema and l.key = e.key
  where e.offset > ? and e.offset <= ?
    and e.schema in (select value from json_each(?))
    and (e.operation <> ${operationCode.delete} or ?)
    and (l.offset = e.offset or l.offset > ?)
  order by e.offset`

/** A way to read the state at an offset: of each key the event that was its last then, in the order of the log. */
export function openStatePages(database: Database, names: NameBook): (page: StatePage) => readonly StoredEvent[] {
  const select = database.prepare<[number, number, string, number, number], Row>(pageSql).raw()
  const previousOf = database
    .prepare<[number], number | null>('select previous_offset from event where offset = ?')
    .pluck()

  /** Of a key, its last event up to an offset, by way of what each later one has replaced. */
  const lastUpTo = (asOf: Offset, latest: number): number | undefined => {
    let offset: number | null | undefined = latest
    while (offset != null && offset > asOf) offset = previousOf.get(offset)
    return offset ?? undefined
  }

  return ({ epochs, schemas, after, limit, maxBytes, asOf, deletes = false }) => {
    const upTo = Math.min(epochs.at(-1)?.lastOffset ?? 0, asOf)
    const schemaIds = JSON.stringify(schemas.map((schema) => names.find(schema)).filter((id) => id !== undefined))
    const events: StoredEvent[] = []
    let bytes = 0
    const rows = select.iterate(after, upTo, schemaIds, deletes ? 1 : 0, asOf)
    for (const [offset, schema, operation, key, payload, latest] of rows) {
      if (latest > asOf && lastUpTo(asOf, latest) !== offset) continue
      bytes += payload.length
      if (events.length === limit || (events.length > 0 && bytes > maxBytes)) break
      events.push({
        offset: toOffset(offset),
        schema: names.nameOf(schema),
        operation: operationOf(operation),
        key,
        payload,
      })
    }
    return events
  }
}
