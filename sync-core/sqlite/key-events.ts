import type { Database } from 'better-sqlite3'
import type { KeyEvent } from '../domain/event-store.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import type { NameBook } from './name-book.ts'
import { operationOf } from './operation-code.ts'

/** What happened to single public row keys. Offsets up to the head of a schema's source hold closed epochs only. */
export interface KeyEvents {
  keysBetween(schema: string, from: Offset, to: Offset): readonly string[]
  lastEvents(schema: string, keys: readonly string[], upTo: Offset): readonly KeyEvent[]
}

type Row = [offset: number, operation: number, key: string, previous: number | null]

// `cross join`: in this order, the keys asked first.
const lastSql = `
  select e.offset, e.operation, e.key, e.previous_offset
  from json_each(?) asked
  cross join latest l on l.schema = ? and l.key = asked.value
  cross join event e on e.offset = l.offset`

const keysSql = `select distinct key from event where offset between ? and ? and schema = ?`

export function openKeyEvents(database: Database, names: NameBook): KeyEvents {
  const last = database.prepare<[string, number], Row>(lastSql).raw()
  const at = database
    .prepare<[number], Row>('select offset, operation, key, previous_offset from event where offset = ?')
    .raw()
  const between = database.prepare<[number, number, number], string>(keysSql).pluck()

  /** By way of what each later one has replaced. */
  const lastUpTo = (row: Row, upTo: Offset): Row | undefined => {
    let found: Row | undefined = row
    while (found !== undefined && found[0] > upTo) found = found[3] === null ? undefined : at.get(found[3])
    return found
  }

  return {
    keysBetween: (schema, from, to) => {
      const id = names.find(schema)
      return id === undefined ? [] : between.all(from, to, id)
    },
    lastEvents: (schema, keys, upTo) => {
      const id = names.find(schema)
      if (id === undefined) return []
      return last
        .all(JSON.stringify(keys), id)
        .map((row) => lastUpTo(row, upTo))
        .filter((row) => row !== undefined)
        .map(([offset, operation, key]) => ({ offset: toOffset(offset), operation: operationOf(operation), key }))
        .sort((a, b) => a.offset - b.offset)
    },
  }
}
