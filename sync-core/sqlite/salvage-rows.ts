import Database from 'better-sqlite3'

/** The last that a damaged store knows of a public row key, deleted ones too. */
export interface SalvagedRow {
  readonly schema: string
  readonly key: string
  readonly payload: string
}

export interface Salvage {
  readonly uuid: string | undefined
  /** Sources by public schema. */
  readonly sources: ReadonlyMap<string, string>
  readonly pausedConsumers: readonly string[]
  /** The last offset that the file says it has given; 0 when it says nothing. */
  readonly lastOffset: number
  /** Nothing of the log was unreadable. */
  readonly complete: boolean
}

type EventRow = [offset: number, schema: number, key: string, payload: string]

const pageSql = 'select offset, schema, key, payload from event where offset >= ? order by offset limit ?'
const pageRows = 1_000
/** Damage is stepped over in growing strides: a page holds few events or some hundreds. */
const longestStride = 65_536

/**
 * Reads what can be read of a damaged event store, in the order of the log, and leaves the file as it is. The log is
 * enough: the newest event of a key is its last word, whatever became of the tables that are derived from it.
 */
export function salvageRows(path: string, take: (rows: readonly SalvagedRow[]) => void): Salvage {
  let complete = true
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read()
    } catch {
      complete = false
      return undefined
    }
  }
  const database = attempt(() => new Database(path, { readonly: true, fileMustExist: true }))
  if (database === undefined) return nothing
  try {
    const all = <Row extends unknown[]>(sql: string): Row[] =>
      attempt(() => database.prepare<[], Row>(sql).raw().all()) ?? []
    const names = new Map(all<[number, string]>('select id, name from name'))
    const [[uuid, nextOffset] = []] = all<[string, number]>('select uuid, next_offset from counter')
    const sources = new Map<string, string>()
    const learn = (schema: string | undefined, source: string | undefined) => {
      if (schema !== undefined && source !== undefined) sources.set(schema, source)
    }
    for (const [source, schema] of all<[number, number]>('select distinct source, schema from epoch_schema')) {
      learn(names.get(schema), names.get(source))
    }
    for (const [schema, source] of all<[string, string]>('select schema, source from backfill')) learn(schema, source)
    const pausedConsumers = all<[string]>('select consumer from consumer where paused <> 0').map(([name]) => name)
    const integrity = attempt(() => database.pragma('quick_check(event)', { simple: true }))
    if (integrity !== 'ok') complete = false

    let reached = 0
    let from = 1
    let stride = 1
    let limit = pageRows
    const end = nextOffset ?? Number.MAX_SAFE_INTEGER
    const page = attempt(() => database.prepare<[number, number], EventRow>(pageSql).raw())
    while (page !== undefined && from < end && from - reached < longestStride * 64) {
      const rows = attempt(() => page.all(from, limit))
      if (rows === undefined) {
        // Up to the damage row by row, then over it.
        if (limit > 1) limit = 1
        else {
          from += stride
          stride = Math.min(stride * 2, longestStride)
        }
        continue
      }
      const last = rows.at(-1)
      if (last === undefined) break
      take(
        rows.flatMap(([, schema, key, payload]) => {
          const name = names.get(schema)
          return name === undefined ? [] : [{ schema: name, key, payload }]
        }),
      )
      reached = last[0]
      from = reached + 1
      stride = 1
      limit = Math.min(limit * 2, pageRows)
    }
    return { uuid, sources, pausedConsumers, lastOffset: (nextOffset ?? 1) - 1, complete }
  } finally {
    database.close()
  }
}

const nothing: Salvage = {
  uuid: undefined,
  sources: new Map(),
  pausedConsumers: [],
  lastOffset: 0,
  complete: false,
}
