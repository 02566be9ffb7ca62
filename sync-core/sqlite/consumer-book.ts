import type { ConsumerBook } from '../domain/event-store.ts'
import { toOffset } from '../domain/offset.ts'
import type { StoreConnection } from './store-connection.ts'

export function openConsumerBook({ database, read, write }: StoreConnection): ConsumerBook {
  const find = database
    .prepare<[string], [number, number]>('select offset, paused from consumer where consumer = ?')
    .raw()
  const replace = database.prepare<[string, number, number]>('insert or replace into consumer values (?, ?, ?)')
  return {
    read: (consumer) => {
      const row = read(() => find.get(consumer))
      return row && { consumer, offset: toOffset(row[0]), paused: row[1] !== 0 }
    },
    save: ({ consumer, offset, paused }) => {
      write(() => replace.run(consumer, offset, paused ? 1 : 0))
    },
  }
}
