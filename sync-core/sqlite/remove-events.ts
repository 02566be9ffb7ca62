import type { Database } from 'better-sqlite3'
import { operationCode } from './operation-code.ts'

/** Removes single events and keeps what is counted of their epochs true. All of it is part of the transaction under way. */
export interface RemoveEvents {
  /** The history of a public schema begins with this epoch's end from now on. */
  beginEpoch(source: number, schema: number, lastOffset: number): void
  /** An event that a later one of its key has replaced. One that a dead letter shows, or that is held, stays until that is over. */
  remove(offset: number): void
  /** A deleted key whose last word this is: nothing knows of it any more. Stays while a dead letter of the key waits for it. */
  removeKey(schema: number, key: string, offset: number): void
  /** In a new transaction: removes events that were spared for a dead letter or a hold that is gone. */
  start(): void
  /** Takes what was removed out of the epochs' counts; an epoch without events goes. */
  settle(): void
}

/** Spared events that are looked at in one go: there are as many as wait behind dead letters. */
const sparesAtOnce = 2_000

const endedSparesSql = `
  select offset from spared_event s
  where offset > ? and offset <= ?
    and not exists (select 1 from dead_letter d where d.offset = s.offset)
    and not exists (select 1 from held_event h where h.offset = s.offset)
    and not exists (
      select 1 from event e join dead_letter d on d.key = e.key
      where e.offset = s.offset and e.operation = ${operationCode.delete})
  limit 100`

const sparesEndSql = `
  select max(offset), count(*)
  from (select offset from spared_event where offset > ? order by offset limit ${sparesAtOnce})`

const beginSql = `
  insert into schema_retention values (?, ?, 0)
  on conflict (schema) do update set complete_from = excluded.complete_from`

const previousTotalSql = `
  select last_offset, events
  from epoch_schema
  where source = ? and schema = ? and last_offset < ?
  order by last_offset desc
  limit 1`

export function openRemoveEvents(database: Database): RemoveEvents {
  const isNeeded = database
    .prepare<[number, number], number>(
      'select 1 from dead_letter where offset = ? union all select 1 from held_event where offset = ?',
    )
    .pluck()
  const isAwaited = database.prepare<[string], number>('select 1 from dead_letter where key = ? limit 1').pluck()
  const isLatest = database
    .prepare<[number, string, number], number>('select 1 from latest where schema = ? and key = ? and offset = ?')
    .pluck()
  const keyOf = database.prepare<[number], [number, string]>('select schema, key from event where offset = ?').raw()
  const spare = database.prepare<[number]>('insert or ignore into spared_event values (?)')
  const endedSpares = database.prepare<[number, number], number>(endedSparesSql).pluck()
  const sparesEnd = database.prepare<[number], [number | null, number]>(sparesEndSql).raw()
  const dropSpare = database.prepare<[number]>('delete from spared_event where offset = ?')
  const removeEvent = database
    .prepare<[number], [number, number]>('delete from event where offset = ? returning epoch, schema')
    .raw()
  const removeLatest = database.prepare<[number, string, number]>(
    'delete from latest where schema = ? and key = ? and offset = ?',
  )
  const begin = database.prepare<[number, number]>(beginSql)
  const countRemoved = database.prepare<[number, number]>(
    'update schema_retention set removed = removed + ? where schema = ?',
  )
  const takeFromEpoch = database
    .prepare<[number, number], [number, number, number]>(
      'update epoch set events = events - ? where id = ? returning source, last_offset, events',
    )
    .raw()
  const removeEpoch = database.prepare<[number]>('delete from epoch where id = ?')
  const takeFromSchema = database
    .prepare<[number, number, number, number], number>(
      'update epoch_schema set events = events - ? where source = ? and schema = ? and last_offset = ? returning events',
    )
    .pluck()
  const removeTotal = database.prepare<[number, number, number]>(
    'delete from epoch_schema where source = ? and schema = ? and last_offset = ?',
  )
  const previousTotal = database.prepare<[number, number, number], [number, number]>(previousTotalSql).raw()
  const completeFrom = database
    .prepare<[number], number>('select complete_from from schema_retention where schema = ?')
    .pluck()
  const removed = new Map<number, Map<number, number>>()
  let sparesLookedAt = 0

  const remove = (offset: number) => {
    if (isNeeded.get(offset, offset) !== undefined) {
      spare.run(offset)
      return
    }
    const row = removeEvent.get(offset)
    if (row === undefined) return
    const [epoch, schema] = row
    const bySchema = removed.get(epoch) ?? new Map<number, number>()
    removed.set(epoch, bySchema.set(schema, (bySchema.get(schema) ?? 0) + 1))
  }

  const removeWithKey = (schema: number, key: string, offset: number) => {
    // Nothing happens to a key that has had another word since.
    removeLatest.run(schema, key, offset)
    remove(offset)
  }

  const settleEpoch = (epoch: number, bySchema: ReadonlyMap<number, number>) => {
    const count = [...bySchema.values()].reduce((sum, one) => sum + one, 0)
    const [source, lastOffset, left] = takeFromEpoch.get(count, epoch) ?? []
    if (source === undefined || lastOffset === undefined) return
    for (const [schema, events] of bySchema) {
      countRemoved.run(events, schema)
      const stay = takeFromSchema.get(events, source, schema, lastOffset)
      // The newest total below where history begins is what later ones are subtracted from: it stays, also without events.
      if (stay === 0 && lastOffset < (completeFrom.get(schema) ?? 0)) removeTotal.run(source, schema, lastOffset)
    }
    if (left === 0) removeEpoch.run(epoch)
  }

  return {
    beginEpoch: (source, schema, lastOffset) => {
      const [before, events] = previousTotal.get(source, schema, lastOffset) ?? []
      if (before !== undefined && events === 0) removeTotal.run(source, schema, before)
      begin.run(schema, lastOffset)
    },
    remove,
    removeKey: (schema, key, offset) => {
      if (isLatest.get(schema, key, offset) === undefined) return
      if (isAwaited.get(key) !== undefined || isNeeded.get(offset, offset) !== undefined) spare.run(offset)
      else removeWithKey(schema, key, offset)
    },
    start: () => {
      // What a transaction before had counted went with it when it failed.
      removed.clear()
      const [end, count] = sparesEnd.get(sparesLookedAt) ?? [null, 0]
      const ended = end === null ? [] : endedSpares.all(sparesLookedAt, end)
      // From the first one on again after the last.
      if (ended.length < 100) sparesLookedAt = end === null || count < sparesAtOnce ? 0 : end
      for (const offset of ended) {
        dropSpare.run(offset)
        const [schema, key] = keyOf.get(offset) ?? []
        if (schema !== undefined && key !== undefined) removeWithKey(schema, key, offset)
      }
    },
    settle: () => {
      for (const [epoch, bySchema] of removed) settleEpoch(epoch, bySchema)
      removed.clear()
    },
  }
}
