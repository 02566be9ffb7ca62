import type { Database } from 'better-sqlite3'
import type { HeldBook } from '../domain/event-store.ts'
import { toOffset } from '../domain/offset.ts'
import { batchInsert } from './batch-insert.ts'
import type { StoreConnection } from './store-connection.ts'

type Row = [key: string, offset: number, sqlstate: string | null, at: number]

const walkSql = `
  select key, offset, sqlstate, at
  from held_event
  where consumer = ? and (key, offset) > (?, ?) and offset <= ?
  order by key, offset
  limit ?`

const keysSql = `
  select asked.value
  from json_each(?) asked
  where exists (select 1 from held_event where consumer = ? and key = asked.value)`

const releaseSql = `
  delete from held_event
  where consumer = ? and offset in (select value from json_each(?))`

export function openHeldBook({ database, read, write }: StoreConnection): HeldBook {
  const hold = batchInsert({ database, columns: 6, head: 'insert or replace into held_event' })
  const keys = database.prepare<[string, string], string>(keysSql).pluck()
  const count = database.prepare<[string], number>('select count(*) from held_event where consumer = ?').pluck()
  const walk = database.prepare<[string, string, number, number, number], Row>(walkSql).raw()
  const release = database.prepare<[string, string]>(releaseSql)
  const counts = openCounts(database)

  return {
    hold: (consumer, events) => {
      if (events.length === 0) return
      const rows = events.flatMap(({ key, offset, sqlstate, constraint, at }) => [
        consumer,
        key,
        offset,
        sqlstate ?? null,
        constraint ?? null,
        at,
      ])
      write(() => hold(rows))
      counts.set(consumer, read(() => count.get(consumer)) ?? 0)
    },
    count: (consumer) => counts.get(consumer) ?? 0,
    keysAmong: (consumer, asked) =>
      counts.has(consumer) ? new Set(read(() => keys.all(JSON.stringify(asked), consumer))) : new Set(),
    walk: (consumer, after, to, limit) =>
      read(() => walk.all(consumer, after?.key ?? '', after?.offset ?? 0, to, limit)).map(
        ([key, offset, sqlstate, heldAt]) => ({
          key,
          offset: toOffset(offset),
          sqlstate: sqlstate ?? undefined,
          heldAt,
        }),
      ),
    release: (consumer, offsets) => {
      if (offsets.length === 0) return
      write(() => release.run(consumer, JSON.stringify(offsets)))
      const left = read(() => count.get(consumer)) ?? 0
      if (left === 0) counts.delete(consumer)
      else counts.set(consumer, left)
    },
  }
}

/** Asked for each batch and each status: counted once, and again when something changes. */
function openCounts(database: Database): Map<string, number> {
  const all = database
    .prepare<[], [string, number]>('select consumer, count(*) from held_event group by consumer')
    .raw()
  return new Map(all.all())
}
