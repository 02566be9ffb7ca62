import type { Database } from 'better-sqlite3'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'

// In the order of the log, not of time: a clock may have been set back.
const firstSinceSql = `
  select last_offset
  from epoch
  where source = ? and received_at >= ?
  order by last_offset
  limit 1`

const endBeforeSql = 'select max(last_offset) from epoch where source = ? and last_offset < ?'

/** A way to find the end of a source's last epoch before the first one that was received at a time or later; 0 when there is none. */
export function openEndBefore(database: Database): (source: number, receivedAt: number) => Offset {
  const firstSince = database.prepare<[number, number], number>(firstSinceSql).pluck()
  const endBefore = database.prepare<[number, number], number | null>(endBeforeSql).pluck()
  return (source, receivedAt) => {
    const first = firstSince.get(source, receivedAt) ?? Number.MAX_SAFE_INTEGER
    return toOffset(endBefore.get(source, first) ?? zeroOffset)
  }
}
