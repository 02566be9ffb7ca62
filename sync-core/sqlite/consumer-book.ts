import type { ConsumerBook, ConsumerRecord } from '../domain/consumer-record.ts'
import { toOffset } from '../domain/offset.ts'
import type { StoreConnection } from './store-connection.ts'

type Row = [
  offset: number,
  paused: number,
  copyTo: number | null,
  takeOver: number,
  positionDeclared: string | null,
  position: number | null,
]

export function openConsumerBook({ database, read, write }: StoreConnection): ConsumerBook {
  const find = database
    .prepare<[string], Row>(
      'select offset, paused, copy_to, take_over, position_declared, position from consumer where consumer = ?',
    )
    .raw()
  const replace = database.prepare<[string, ...Row]>(
    `insert or replace into consumer (consumer, offset, paused, copy_to, take_over, position_declared, position)
     values (?, ?, ?, ?, ?, ?, ?)`,
  )
  return {
    read: (consumer) => {
      const row = read(() => find.get(consumer))
      return row === undefined ? undefined : toRecord(consumer, row)
    },
    save: ({ consumer, offset, paused, copyTo, takeOver, position }) => {
      const flags = [paused ? 1 : 0, copyTo ?? null, takeOver === true ? 1 : 0] as const
      write(() => replace.run(consumer, offset, ...flags, position?.declared ?? null, position?.offset ?? null))
    },
  }
}

function toRecord(consumer: string, [offset, paused, copyTo, takeOver, declared, position]: Row): ConsumerRecord {
  return {
    consumer,
    offset: toOffset(offset),
    paused: paused !== 0,
    ...(copyTo === null ? {} : { copyTo: toOffset(copyTo) }),
    ...(takeOver === 0 ? {} : { takeOver: true }),
    ...(declared === null || position === null ? {} : { position: { declared, offset: toOffset(position) } }),
  }
}
