import type { EventLog } from './event-log.ts'
import type { Lineage } from './lineage.ts'
import type { StoreConnection } from './store-connection.ts'

/** Epochs with chunks on disk that are not closed: noted with their first chunk, so that they can be undone after a crash. */
export interface OpenEpochs {
  /** Part of the transaction under way. */
  note(epoch: number, firstOffset: number): void
  /** The epoch is closed; part of the transaction under way. */
  settle(epoch: number): void
  /** Undoes one in a transaction of its own. When that fails, for a full disk, it stays due. */
  undo(epoch: number): void
  /** Undoes what is due from before; called before a new epoch builds on it. */
  undoDue(): void
  /** Undoes what a process left open when it died. Returns how many that were. */
  recover(): number
}

export function openOpenEpochs(store: StoreConnection, log: EventLog, lineage: Lineage): OpenEpochs {
  const { database, read, write } = store
  const note = database.prepare<[number, number]>('insert into open_epoch values (?, ?)')
  const settle = database.prepare<[number]>('delete from open_epoch where id = ?')
  const find = database.prepare<[number], number>('select first_offset from open_epoch where id = ?').pluck()
  const all = database.prepare<[], number>('select id from open_epoch order by id desc').pluck()

  const due = new Set<number>()

  const undo = (epoch: number) => {
    due.add(epoch)
    write(() => {
      const first = find.get(epoch)
      if (first === undefined) return
      log.undo(epoch, first)
      lineage.undo(epoch)
      settle.run(epoch)
    })
    due.delete(epoch)
  }

  return {
    note: (epoch, firstOffset) => {
      note.run(epoch, firstOffset)
    },
    settle: (epoch) => {
      settle.run(epoch)
      lineage.settle(epoch)
    },
    undo,
    undoDue: () => {
      for (const epoch of [...due]) undo(epoch)
    },
    recover: () => {
      const left = read(() => all.all())
      for (const epoch of left) undo(epoch)
      return left.length
    },
  }
}
