import type { Database } from 'better-sqlite3'
import { operationCode } from './operation-code.ts'

/** The last stored event of a public row key. */
export interface LatestEvent {
  readonly key: string
  readonly offset: number
  readonly live: boolean
  readonly payload: string
  readonly epoch: number
  readonly previousOffset: number | null
}

/** The last event of each public row key, and whether the key has a row. */
export interface Latest {
  /**
   * Of those keys that have an event, by key. It stops once it has found payloads of more than `mostLength` UTF-16
   * units, and says of how many keys it knows.
   */
  find(schema: number, keys: readonly string[], mostLength?: number): FoundEvents
  at(offset: number): LatestEvent | undefined
  /** Of these keys, those that have a row. */
  live(schema: number, keys: readonly string[]): readonly string[]
  /** Keys that have a row, in the order of their bytes, after one of them. */
  liveAfter(schema: number, after: string | undefined, limit: number): readonly string[]
}

export interface FoundEvents {
  readonly found: ReadonlyMap<string, LatestEvent>
  /** The first so many of the keys were looked up: all, or at least one. */
  readonly lookedUp: number
}

type Row = [key: string, offset: number, operation: number, payload: string, epoch: number, previous: number | null]

const columns = 'e.key, e.offset, e.operation, e.payload, e.epoch, e.previous_offset'

// `cross join` is SQLite's way to say "in this order": left to itself it walks all keys of the schema for each one asked.
const findSql = `
  select ${columns}
  from json_each(?) asked
  cross join latest l on l.schema = ? and l.key = asked.value
  cross join event e on e.offset = l.offset`

const findOneSql = `
  select ${columns}
  from latest l
  cross join event e on e.offset = l.offset
  where l.schema = ? and l.key = ?`

/** Up to so many keys, one by one is quicker than taking them apart. */
const fewKeys = 8

const liveSql = `
  select e.key
  from json_each(?) asked
  cross join latest l on l.schema = ? and l.key = asked.value
  cross join event e on e.offset = l.offset
  where e.operation <> ${operationCode.delete}`

const liveAfterSql = `
  select l.key
  from latest l
  cross join event e on e.offset = l.offset
  where l.schema = ? and l.key > ? and e.operation <> ${operationCode.delete}
  order by l.key
  limit ?`

export function openLatest(database: Database): Latest {
  const find = database.prepare<[string, number], Row>(findSql).raw()
  const findOne = database.prepare<[number, string], Row>(findOneSql).raw()
  const at = database.prepare<[number], Row>(`select ${columns} from event e where e.offset = ?`).raw()
  const live = database.prepare<[string, number], string>(liveSql).pluck()
  const liveAfter = database.prepare<[number, string, number], string>(liveAfterSql).pluck()
  return {
    find: (schema, keys, mostLength = Number.POSITIVE_INFINITY) => {
      const found = new Map<string, LatestEvent>()
      let length = 0
      /** Whether there is room for more. */
      const take = (row: Row | undefined): boolean => {
        if (row === undefined) return true
        found.set(row[0], toLatest(row))
        length += row[3].length
        return length <= mostLength
      }
      if (keys.length <= fewKeys) {
        const last = keys.findIndex((key) => !take(findOne.get(schema, key)))
        return { found, lookedUp: last < 0 ? keys.length : last + 1 }
      }
      for (const row of find.iterate(JSON.stringify(keys), schema)) {
        if (!take(row)) return { found, lookedUp: keys.indexOf(row[0]) + 1 }
      }
      return { found, lookedUp: keys.length }
    },
    at: (offset) => {
      const row = at.get(offset)
      return row && toLatest(row)
    },
    live: (schema, keys) => (keys.length === 0 ? [] : live.all(JSON.stringify(keys), schema)),
    // A key is a JSON array: the empty text stands before all of them.
    liveAfter: (schema, after, limit) => liveAfter.all(schema, after ?? '', limit),
  }
}

function toLatest([key, offset, operation, payload, epoch, previousOffset]: Row): LatestEvent {
  return { key, offset, live: operation !== operationCode.delete, payload, epoch, previousOffset }
}
