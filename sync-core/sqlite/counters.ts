import type { StoreConnection } from './store-connection.ts'
import { damagedStore } from './store-failure.ts'

/**
 * The numbers that only grow. Kept in the file and not taken from the largest event, because the largest event may
 * have been undone with its epoch, and an offset is never given twice.
 */
export interface Counters {
  readonly uuid: string
  nextOffset: number
  nextEpoch: number
  /** Of closed epochs. */
  events: number
  /** Closing rows since the store was opened; not kept. */
  closings: number
  /** Part of the transaction under way. */
  save(events: number): void
}

/** Throws a FailureError of kind `store` when the row is missing or behind the log. */
export function openCounters({ database, read }: StoreConnection): Counters {
  const select = database.prepare<[], { uuid: string; next_offset: number; next_epoch: number; events: number }>(
    'select uuid, next_offset, next_epoch, events from counter where id = 1',
  )
  const last = database.prepare<[], number | null>('select max(offset) from event').pluck()
  const update = database.prepare<[number, number, number]>(
    'update counter set next_offset = ?, next_epoch = ?, events = ? where id = 1',
  )
  const { row, lastOffset } = read(() => ({ row: select.get(), lastOffset: last.get() ?? 0 }))
  if (row === undefined) throw damagedStore('it has lost its identity')
  if (lastOffset >= row.next_offset) throw damagedStore('it holds events that it does not know of')

  const counters: Counters = {
    uuid: row.uuid,
    nextOffset: row.next_offset,
    nextEpoch: row.next_epoch,
    events: row.events,
    closings: 0,
    save: (events) => {
      update.run(counters.nextOffset, counters.nextEpoch, events)
    },
  }
  return counters
}
