import type { Database } from 'better-sqlite3'
import type { HeldBook, HeldEvent } from '../domain/held-event.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import { batchInsert } from './batch-insert.ts'
import type { StoreConnection } from './store-connection.ts'

type Row = [key: string, offset: number, sqlstate: string | null, at: number]

const walkSql = `
  select key, offset, sqlstate, at
  from held_event
  where consumer = ? and (key, offset) > (?, ?) and offset <= ?
  order by key, offset
  limit ?`

const ofKeySql = `
  select key, offset, sqlstate, at
  from held_event
  where consumer = ? and key = ? and offset > ? and offset <= ?
  order by offset
  limit ?`

const keysSql = `
  select asked.value
  from json_each(?) asked
  where exists (select 1 from held_event where consumer = ? and key = asked.value)`

const knownSql = `
  select count(*)
  from json_each(?) asked
  where exists (select 1 from held_event where consumer = ? and offset = asked.value)`

const releaseSql = `
  delete from held_event
  where consumer = ? and offset in (select value from json_each(?))`

const furthest = Number.MAX_SAFE_INTEGER as Offset

export function openHeldBook({ database, read, write }: StoreConnection): HeldBook {
  const hold = batchInsert({ database, columns: 6, head: 'insert or ignore into held_event' })
  const keys = database.prepare<[string, string], string>(keysSql).pluck()
  const known = database.prepare<[string, string], number>(knownSql).pluck()
  const select = database.prepare<[string, string, number, number, number], Row>(walkSql).raw()
  const ofKey = database.prepare<[string, string, number, number, number], Row>(ofKeySql).raw()
  const release = database.prepare<[string, string]>(releaseSql)
  const counts = openCounts(database)
  const besides = new Map<string, Beside>()

  const counted = (consumer: string, more: number): void => {
    const count = (counts.get(consumer) ?? 0) + more
    if (count === 0) counts.delete(consumer)
    else counts.set(consumer, count)
  }

  /** Keys that are left out are stepped over: one of them may have very many events. */
  const walk: HeldBook['walk'] = (consumer, { after = { key: '', offset: 0 }, to, beside = nothing }, limit) => {
    const found: HeldEvent[] = []
    let from: typeof after | undefined = after
    while (from !== undefined) {
      const rows: IterableIterator<Row> = select.iterate(consumer, from.key, from.offset, to, limit - found.length)
      from = undefined
      for (const row of rows) {
        const event = toHeld(row)
        if (!beside.has(event.key)) found.push(event)
        else from = { key: event.key, offset: furthest }
        if (from !== undefined) break
      }
    }
    return found
  }

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
      const offsets = JSON.stringify(events.map(({ offset }) => offset))
      const before = write(() => {
        const there = known.get(offsets, consumer) ?? 0
        hold(rows)
        return there
      })
      counted(consumer, events.length - before)
      const beside = besides.get(consumer)
      if (beside !== undefined && events.some(({ key }) => !beside.keys.has(key))) besides.delete(consumer)
    },
    count: (consumer) => counts.get(consumer) ?? 0,
    holdsBeside: (consumer, beside) => {
      if (!counts.has(consumer)) return false
      if (beside.size === 0) return true
      // Asked for each batch, also while thousands wait behind one dead letter.
      const asked = besides.get(consumer)
      if (asked?.keys === beside) return asked.any
      const any = read(() => walk(consumer, { to: furthest, beside }, 1)).length > 0
      besides.set(consumer, { keys: beside, any })
      return any
    },
    keysAmong: (consumer, asked) =>
      counts.has(consumer) ? new Set(read(() => keys.all(JSON.stringify(asked), consumer))) : new Set(),
    walk: (consumer, stretch, limit) => (counts.has(consumer) ? read(() => walk(consumer, stretch, limit)) : []),
    ofKey: (consumer, key, after, to, limit) => read(() => ofKey.all(consumer, key, after, to, limit)).map(toHeld),
    release: (consumer, offsets) => {
      if (offsets.length === 0) return
      const { changes } = write(() => release.run(consumer, JSON.stringify(offsets)))
      counted(consumer, -changes)
      besides.delete(consumer)
    },
  }
}

/** Whether something was held of other keys than these, when it was asked last. */
interface Beside {
  readonly keys: ReadonlySet<string>
  readonly any: boolean
}

const nothing: ReadonlySet<string> = new Set()

function toHeld([key, offset, sqlstate, heldAt]: Row): HeldEvent {
  return { key, offset: toOffset(offset), sqlstate: sqlstate ?? undefined, heldAt }
}

/** Asked for each batch and each status: counted once, and again when something changes. */
function openCounts(database: Database): Map<string, number> {
  const all = database
    .prepare<[], [string, number]>('select consumer, count(*) from held_event group by consumer')
    .raw()
  return new Map(all.all())
}
