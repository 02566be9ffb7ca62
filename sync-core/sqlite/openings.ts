import { randomUUID } from 'node:crypto'
import type { StoreHistory } from '../domain/event-store.ts'
import type { Counters } from './counters.ts'
import type { StoreConnection } from './store-connection.ts'

/** Writes this opening down, before any event of it can be, and knows the ones before it. */
export function recordOpening({ database, read, write }: StoreConnection, counters: Counters): StoreHistory {
  const insert = database.prepare<[string, number]>('insert into opening (id, first_offset) values (?, ?)')
  const find = database.prepare<[string], number>('select number from opening where id = ?').pluck()
  const endOf = database
    .prepare<[number], number>('select first_offset from opening where number > ? order by number limit 1')
    .pluck()
  const opening = randomUUID()
  write(() => insert.run(opening, counters.nextOffset))
  return {
    uuid: counters.uuid,
    opening,
    holds: (other, offset) =>
      read(() => {
        const number = find.get(other)
        return number !== undefined && offset < (endOf.get(number) ?? counters.nextOffset)
      }),
  }
}
