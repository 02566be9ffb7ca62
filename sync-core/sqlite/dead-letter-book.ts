import type { DeadLetter } from '../domain/dead-letter.ts'
import type { DeadLetterBook } from '../domain/event-store.ts'
import { toOffset } from '../domain/offset.ts'
import { operationOf } from './operation-code.ts'
import type { StoreConnection } from './store-connection.ts'

interface Row {
  readonly consumer: string
  readonly offset: number
  readonly schema: string
  readonly key: string
  readonly sqlstate: string
  readonly constraint_name: string | null
  readonly message: string
  readonly detail: string | null
  readonly at: number
  readonly payload: string
  readonly operation: number
}

type Values = [string, number, string, string, string, string | null, string, string | null, number]

const listSql = `
  select d.*, e.payload, e.operation
  from dead_letter d
  join event e on e.offset = d.offset
  where d.consumer = coalesce(?, d.consumer)
  order by d.at desc, d.offset desc
  limit ?`

export function openDeadLetterBook({ database, read, write }: StoreConnection): DeadLetterBook {
  const add = database.prepare<Values>('insert or replace into dead_letter values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const keys = database.prepare<[string], string>('select distinct key from dead_letter where consumer = ?').pluck()
  const count = database.prepare<[string], number>('select count(*) from dead_letter where consumer = ?').pluck()
  const list = database.prepare<[string | null, number], Row>(listSql)
  const remove = database.prepare<[string, number]>('delete from dead_letter where consumer = ? and offset = ?')

  return {
    add: (entry) => {
      const { consumer, offset, schema, key, sqlstate, constraint, message, detail, at } = entry
      write(() => add.run(consumer, offset, schema, key, sqlstate, constraint ?? null, message, detail ?? null, at))
    },
    blockedKeys: (consumer) => new Set(read(() => keys.all(consumer))),
    count: (consumer) => read(() => count.get(consumer)) ?? 0,
    list: (consumer, limit) => read(() => list.all(consumer ?? null, limit)).map(toDeadLetter),
    remove: (consumer, offset) => {
      write(() => remove.run(consumer, offset))
    },
  }
}

function toDeadLetter(row: Row): DeadLetter {
  const { consumer, schema, key, sqlstate, message, at, payload } = row
  return {
    consumer,
    offset: toOffset(row.offset),
    schema,
    key,
    sqlstate,
    constraint: row.constraint_name ?? undefined,
    message,
    detail: row.detail ?? undefined,
    at,
    payload,
    operation: operationOf(row.operation),
  }
}
