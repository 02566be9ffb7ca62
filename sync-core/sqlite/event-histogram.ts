import type { Database } from 'better-sqlite3'
import type { EventFilter } from '../domain/event-reader.ts'
import { filterSql } from './event-filter.ts'
import { startSearch } from './search-pace.ts'

export interface HistogramRequest {
  readonly database: Database
  readonly filter: EventFilter
  readonly schemaIds: readonly number[] | undefined
  /** ms since 1970; `to` is exclusive. */
  readonly from: number
  readonly to: number
  readonly buckets: number
}

const epochsSql = `
  select coalesce(sum(events), 0) from epoch where received_at >= ? and received_at < ?`

const schemasSql = `
  select coalesce(sum(s.events), 0)
  from epoch p
  cross join epoch_schema s on s.source = p.source and s.last_offset = p.last_offset
  where p.received_at >= ? and p.received_at < ? and s.schema in (select value from json_each(?))`

const receivedSql = (where: string) => `
  select p.received_at, count(*)
  from event e
  cross join epoch p on p.id = e.epoch
  where e.offset >= ? and e.offset < ?${where}
  group by p.id`

/**
 * How many events were received in each of the equal parts of a time. Counted from closing rows where the filter
 * allows it, else event by event; from the newest back, and when the time for one call is over, older parts stay low.
 */
export function countByTime(request: HistogramRequest): readonly number[] {
  const { operations, key, text } = request.filter
  return operations === undefined && key === undefined && text === undefined
    ? countEpochs(request)
    : countEvents(request)
}

function countEpochs({ database, filter, schemaIds, from, to, buckets }: HistogramRequest): readonly number[] {
  const { since = from, until = to } = filter
  const counts = Array.from({ length: buckets }, () => 0)
  const count = database.prepare<(string | number)[], number>(schemaIds === undefined ? epochsSql : schemasSql).pluck()
  const values = schemaIds === undefined ? [] : [JSON.stringify(schemaIds)]
  const pace = startSearch(1)
  const edge = (bucket: number) => Math.ceil(from + ((to - from) * bucket) / buckets)
  for (let bucket = buckets - 1; bucket >= 0 && !pace.over; bucket--) {
    counts[bucket] = count.get(Math.max(edge(bucket), since), Math.min(edge(bucket + 1), until), ...values) ?? 0
  }
  return counts
}

function countEvents({ database, filter, schemaIds, from, to, buckets }: HistogramRequest): readonly number[] {
  const { since = from, until = to } = filter
  const within = { ...filter, since: Math.max(from, since), until: Math.min(to, until) }
  const { where, values } = filterSql(within, schemaIds)
  const received = database.prepare<(string | number)[], [number, number]>(receivedSql(where)).raw()
  const newest = database.prepare<[], number | null>('select max(last_offset) from epoch').pluck()
  const counts = Array.from({ length: buckets }, () => 0)
  const pace = startSearch(filter.text === undefined ? 512 : 32)
  let upTo = (newest.get() ?? 0) + 1
  while (upTo > 1 && !pace.over) {
    const start = Math.max(1, upTo - pace.step)
    for (const [at, count] of received.all(start, upTo, ...values)) {
      const bucket = Math.floor(((at - from) * buckets) / (to - from))
      counts[bucket] = (counts[bucket] ?? 0) + count
    }
    upTo = start
    pace.stepped()
  }
  return counts
}
