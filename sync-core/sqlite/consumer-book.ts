import type { ConsumerBook } from '../domain/event-store.ts'
import { toOffset } from '../domain/offset.ts'
import type { StoreConnection } from './store-connection.ts'

type Row = [offset: number, paused: number, copyTo: number | null, takeOver: number]

export function openConsumerBook({ database, read, write }: StoreConnection): ConsumerBook {
  const find = database
    .prepare<[string], Row>('select offset, paused, copy_to, take_over from consumer where consumer = ?')
    .raw()
  const replace = database.prepare<[string, number, number, number | null, number]>(
    'insert or replace into consumer (consumer, offset, paused, copy_to, take_over) values (?, ?, ?, ?, ?)',
  )
  return {
    read: (consumer) => {
      const row = read(() => find.get(consumer))
      if (row === undefined) return undefined
      const [offset, paused, copyTo, takeOver] = row
      const known = { consumer, offset: toOffset(offset), paused: paused !== 0 }
      const record = takeOver === 0 ? known : { ...known, takeOver: true }
      return copyTo === null ? record : { ...record, copyTo: toOffset(copyTo) }
    },
    save: ({ consumer, offset, paused, copyTo, takeOver }) => {
      write(() => replace.run(consumer, offset, paused ? 1 : 0, copyTo ?? null, takeOver === true ? 1 : 0))
    },
  }
}
