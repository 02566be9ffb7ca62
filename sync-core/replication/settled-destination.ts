import type { EventStore } from '../domain/event-store.ts'
import { type Offset, zeroOffset } from '../domain/offset.ts'
import type { StatusBoard } from './status-board.ts'

export interface DestinationConsumer {
  readonly id: string
  readonly source: string
  /** Public schema id. */
  readonly schema: string
}

/**
 * Whether a destination holds one state of each of its sources: all its consumers are in their lanes, every first copy
 * is done, and no source is catching up. Only then is a row that a foreign key refuses not merely early.
 *
 * In doubt it says no: then a row waits a little longer, and nothing is lost by that.
 */
export function isSettled(
  { store, board }: { readonly store: EventStore; readonly board: Pick<StatusBoard, 'streams' | 'isWhole'> },
  consumers: readonly DestinationConsumer[],
): boolean {
  return consumers.every(({ id, source, schema }) => {
    const copied = store.sources.backfill(schema)?.state
    if (copied !== 'done' && copied !== 'skipped') return false
    // What ends a copy says that it is done before its rows can be read.
    if (store.head(source) < store.closedHead(source)) return false
    return board.streams(id) && (board.isWhole(source) ?? lastEpochWhole(store, source))
  })
}

/** What a source stored before it was connected this time. */
function lastEpochWhole(store: EventStore, source: string): boolean {
  const head = store.head(source)
  if (head === zeroOffset) return true
  const [last] = store.epochsAfter(source, (head - 1) as Offset, 1)
  return last?.kind !== 'catch-up'
}
