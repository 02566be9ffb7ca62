import type {
  DeadLetter,
  DeadLetterBook,
  DeadLetterEntry,
  DeadLetterGroup,
  SkippedEvent,
} from '../domain/dead-letter.ts'
import { toOffset } from '../domain/offset.ts'
import { operationOf } from './operation-code.ts'
import type { StoreConnection } from './store-connection.ts'

interface EntryRow {
  readonly consumer: string
  readonly offset: number
  readonly schema: string
  readonly key: string
  readonly sqlstate: string
  readonly constraint_name: string | null
  readonly message: string
  readonly detail: string | null
  readonly at: number
}

interface Row extends EntryRow {
  readonly payload: string
  readonly operation: number
  readonly waiting: number
}

interface SkippedRow extends EntryRow {
  readonly reason: string
  readonly skipped_at: number
}

interface GroupRow {
  readonly consumer: string
  readonly sqlstate: string
  readonly constraint_name: string | null
  readonly count: number
  readonly first_at: number
  readonly last_at: number
  readonly message: string
}

type Values = [string, number, string, string, string, string | null, string, string | null, number]
type Selected = [string, number, number | null, string | null, string | null, number]

const waitingSql = `
  (select count(*) from held_event h where h.consumer = d.consumer and h.key = d.key and h.offset > d.offset)`

const listSql = `
  select d.*, e.payload, e.operation, ${waitingSql} as waiting
  from dead_letter d
  join event e on e.offset = d.offset
  where d.consumer = coalesce(?, d.consumer)
  order by d.at desc, d.offset desc
  limit ?`

const selectSql = `
  select d.*
  from dead_letter d
  where d.consumer = ? and d.offset > ?
    and d.offset = coalesce(?, d.offset)
    and d.sqlstate = coalesce(?, d.sqlstate)
    and coalesce(d.constraint_name, '') = coalesce(?, d.constraint_name, '')
  order by d.offset
  limit ?`

const ofKeysSql = `
  select d.*
  from dead_letter d
  where d.consumer = ? and d.key in (select value from json_each(?))`

const keysSql = 'select distinct key from dead_letter where consumer = ? and schema = coalesce(?, schema)'

const removeKeysSql = 'delete from dead_letter where consumer = ? and key in (select value from json_each(?))'

// A bare column beside max() is that of the row which has it: the message of the newest.
const groupsSql = `
  select consumer, sqlstate, constraint_name, count(*) as count, min(at) as first_at, max(at) as last_at, message
  from dead_letter
  where consumer = coalesce(?, consumer)
  group by consumer, sqlstate, constraint_name
  order by count desc, consumer, sqlstate, constraint_name`

const skippedSql = `
  select * from skipped_event where consumer = coalesce(?, consumer) order by skipped_at desc, offset desc limit ?`

const skipSql = `
  insert or replace into skipped_event select *, ?, ? from dead_letter where consumer = ? and offset = ?`

type Store = Pick<StoreConnection, 'database' | 'read' | 'write'>

export function openDeadLetterBook({ database, read, write: writeBook }: Store): DeadLetterBook {
  const add = database.prepare<Values>('insert or replace into dead_letter values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const keys = database.prepare<[string, string | null], string>(keysSql).pluck()
  const count = database.prepare<[string], number>('select count(*) from dead_letter where consumer = ?').pluck()
  const list = database.prepare<[string | null, number], Row>(listSql)
  const select = database.prepare<Selected, EntryRow>(selectSql)
  const groups = database.prepare<[string | null], GroupRow>(groupsSql)
  const remove = database.prepare<[string, number]>('delete from dead_letter where consumer = ? and offset = ?')
  const ofKeys = database.prepare<[string, string], EntryRow>(ofKeysSql)
  const removeKeys = database.prepare<[string, string]>(removeKeysSql)
  const skip = database.prepare<[string, number, string, number]>(skipSql)
  const skipped = database.prepare<[string | null, number], SkippedRow>(skippedSql)

  /** By consumer and schema: asked for each page of events. Forgotten with each change, whether it is kept or not. */
  const blocked = new Map<string, ReadonlySet<string>>()
  const write = (act: () => void): void => {
    blocked.clear()
    writeBook(act)
  }

  return {
    add: (entry) => {
      const { consumer, offset, schema, key, sqlstate, constraint, message, detail, at } = entry
      write(() => add.run(consumer, offset, schema, key, sqlstate, constraint ?? null, message, detail ?? null, at))
    },
    blockedKeys: (consumer, schema) => {
      const asked = JSON.stringify([consumer, schema])
      const found = blocked.get(asked) ?? new Set(read(() => keys.all(consumer, schema ?? null)))
      blocked.set(asked, found)
      return found
    },
    count: (consumer) => read(() => count.get(consumer)) ?? 0,
    list: (consumer, limit) => read(() => list.all(consumer ?? null, limit)).map(toDeadLetter),
    groups: (consumer) => read(() => groups.all(consumer ?? null)).map(toGroup),
    select: (consumer, { offset, sqlstate, constraint }, after, limit) =>
      read(() => select.all(consumer, after, offset ?? null, sqlstate ?? null, constraint ?? null, limit)).map(toEntry),
    remove: (consumer, offset) => {
      write(() => remove.run(consumer, offset))
    },
    ofKeys: (consumer, asked) =>
      asked.length === 0 ? [] : read(() => ofKeys.all(consumer, JSON.stringify(asked))).map(toEntry),
    removeKeys: (consumer, asked) => {
      // A consumer without dead letters, which is every other one, has nothing to wait for the disk for.
      if (read(() => ofKeys.get(consumer, JSON.stringify(asked))) === undefined) return
      write(() => removeKeys.run(consumer, JSON.stringify(asked)))
    },
    skip: (consumer, offsets, reason, at) => {
      write(() => {
        for (const offset of offsets) {
          skip.run(reason, at, consumer, offset)
          remove.run(consumer, offset)
        }
      })
    },
    skipped: (consumer, limit) => read(() => skipped.all(consumer ?? null, limit)).map(toSkipped),
  }
}

function toEntry(row: EntryRow): DeadLetterEntry {
  const { consumer, schema, key, sqlstate, message, at } = row
  const [constraint, detail] = [row.constraint_name ?? undefined, row.detail ?? undefined]
  return { consumer, offset: toOffset(row.offset), schema, key, sqlstate, constraint, message, detail, at }
}

function toDeadLetter(row: Row): DeadLetter {
  return { ...toEntry(row), payload: row.payload, operation: operationOf(row.operation), waiting: row.waiting }
}

function toSkipped(row: SkippedRow): SkippedEvent {
  return { ...toEntry(row), reason: row.reason, skippedAt: row.skipped_at }
}

function toGroup(row: GroupRow): DeadLetterGroup {
  const { consumer, sqlstate, count, message } = row
  const times = { firstAt: row.first_at, lastAt: row.last_at }
  return { consumer, sqlstate, constraint: row.constraint_name ?? undefined, count, ...times, message }
}
