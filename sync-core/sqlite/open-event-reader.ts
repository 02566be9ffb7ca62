import Database from 'better-sqlite3'
import type { EventDetail, EventPageRequest, EventPageResult, EventReader, EventRow } from '../domain/event-reader.ts'
import { formatLsn, toLsn } from '../domain/lsn.ts'
import { openBehindPosition } from './behind-position.ts'
import { epochKindOf } from './epoch-table.ts'
import { filterSql, keyHolds, keyHoldsFunction } from './event-filter.ts'
import { countByTime } from './event-histogram.ts'
import { openHistoryStart } from './history-start.ts'
import { operationCode, operationOf } from './operation-code.ts'
import { startSearch } from './search-pace.ts'
import { changedMembers } from './split-json.ts'
import { storePath } from './store-connection.ts'
import { toStoreFailure } from './store-failure.ts'

interface Row {
  readonly offset: number
  readonly schema: string
  readonly operation: number
  readonly key: string
  readonly size: number
  readonly epoch: number
  readonly received_at: number
  readonly kind: string
  readonly previous_offset: number | null
}

interface DetailRow extends Row {
  readonly payload: string
  readonly source: string
  readonly lsn: number
  readonly events: number
  readonly stored_at: number
}

const rowColumns = `
  e.offset, n.name as schema, e.operation, e.key, octet_length(e.payload) as size, e.epoch,
  p.received_at, p.kind, e.previous_offset`

// The join with `epoch` is what hides epochs that are not closed.
const pageSql = (where: string) => `
  select ${rowColumns}
  from event e
  cross join epoch p on p.id = e.epoch
  cross join name n on n.id = e.schema
  where e.offset >= ? and e.offset < ?${where}
  order by e.offset desc
  limit ?`

const detailSql = `
  select ${rowColumns}, e.payload, s.name as source, p.lsn, p.events, p.stored_at
  from event e
  cross join epoch p on p.id = e.epoch
  cross join name n on n.id = e.schema
  cross join name s on s.id = p.source
  where e.offset = ?`

/**
 * Opens the event store of a state folder for reading, beside its writer or without one.
 * Throws a FailureError of kind `store` when there is none; so do its methods when the file cannot be read.
 */
export function openEventReader({ stateDir }: { readonly stateDir: string }): EventReader {
  const database = open(stateDir)
  const payload = database.prepare<[number], string>('select payload from event where offset = ?').pluck()
  const newest = database.prepare<[], number | null>('select max(last_offset) from epoch').pluck()
  const detail = database.prepare<[number], DetailRow>(detailSql)
  const schemaIds = database
    .prepare<[string], number>('select id from name where name in (select value from json_each(?))')
    .pluck()

  const historyStart = openHistoryStart(database)
  const behind = openBehindPosition(database, 50)
  const uuid = database.prepare<[], string>('select uuid from counter').pluck()

  const idsOf = (schemas: readonly string[] | undefined) =>
    schemas === undefined ? undefined : schemaIds.all(JSON.stringify(schemas))

  const changed = (row: Row): readonly string[] => {
    if (row.operation !== operationCode.update || row.previous_offset === null) return []
    const before = payload.get(row.previous_offset)
    return before === undefined ? [] : changedMembers(before, payload.get(row.offset) ?? '')
  }

  const page = ({ filter, before, after = 0, limit }: EventPageRequest): EventPageResult => {
    const { where, values } = filterSql(filter, idsOf(filter.schemas))
    const select = database.prepare<(string | number)[], Row>(pageSql(where))
    const pace = startSearch(filter.text === undefined ? 512 : 32)
    const found: EventRow[] = []
    let upTo = before ?? (newest.get() ?? 0) + 1
    while (upTo > after + 1) {
      const from = Math.max(after + 1, upTo - pace.step)
      for (const row of select.all(from, upTo, ...values, limit + 1 - found.length)) {
        const last = found.at(-1)
        // What is left out for want of time is not lost: the next page begins below the last row.
        if (last !== undefined && (found.length === limit || pace.over)) {
          return { rows: found, more: true, searchedTo: last.offset }
        }
        found.push(toEventRow(row, changed(row)))
      }
      upTo = from
      pace.stepped()
      if (pace.over && upTo > after + 1) return { rows: found, more: false, searchedTo: upTo }
    }
    return { rows: found, more: false, searchedTo: undefined }
  }

  const read = <Result>(act: () => Result): Result => {
    try {
      // One state of the store for the whole call: an epoch may close between two statements.
      return database.transaction(act)()
    } catch (error) {
      throw toStoreFailure(error, 'read')
    }
  }

  return {
    get store() {
      return read(() => uuid.get() ?? '')
    },
    page: (request) =>
      read(() => {
        const historyFrom = historyStart(idsOf(request.filter.schemas))
        return historyFrom === undefined ? page(request) : { ...page(request), historyFrom }
      }),
    detail: (offset) =>
      read(() => {
        const row = detail.get(offset)
        if (row === undefined) return undefined
        const before = row.previous_offset === null ? undefined : payload.get(row.previous_offset)
        return toDetail(row, changed(row), before, uuid.get() ?? '')
      }),
    behind: (question) => read(() => behind(question)),
    histogram: (filter, from, to, buckets) =>
      read(() => ({
        from,
        to,
        counts: countByTime({ database, filter, schemaIds: idsOf(filter.schemas), from, to, buckets }),
      })),
    close: () => {
      database.close()
    },
  }
}

function open(stateDir: string): Database.Database {
  try {
    const database = new Database(storePath(stateDir), { readonly: true, fileMustExist: true, timeout: 1_000 })
    database.function(keyHoldsFunction, { deterministic: true }, (key: string, wanted: string) =>
      keyHolds(key, wanted) ? 1 : 0,
    )
    return database
  } catch (error) {
    throw toStoreFailure(error, 'open')
  }
}

function toEventRow(row: Row, changed: readonly string[]): EventRow {
  return {
    offset: row.offset,
    schema: row.schema,
    operation: operationOf(row.operation),
    key: row.key,
    changed,
    size: row.size,
    epoch: row.epoch,
    receivedAt: row.received_at,
    kind: epochKindOf(row.kind),
  }
}

function toDetail(row: DetailRow, changed: readonly string[], before: string | undefined, store: string): EventDetail {
  return {
    ...toEventRow(row, changed),
    payload: row.payload,
    store,
    before,
    source: row.source,
    lsn: formatLsn(toLsn(row.lsn)),
    epochEvents: row.events,
    storedAt: row.stored_at,
  }
}
