import type { BackfillState } from '../domain/checkpoint.ts'
import type { EventStore } from '../domain/event-store.ts'
import type { Lsn } from '../domain/lsn.ts'
import type { Offset } from '../domain/offset.ts'
import type { SourceSession } from '../domain/source.ts'
import { isUnbegun, readChunk } from './backfill.ts'
import { checkpointOf, type SourceProgress } from './epoch-progress.ts'
import { openRenewableSnapshot } from './renew-snapshot.ts'
import type { SourceDeps } from './source-deps.ts'
import { sweepLive, takeEpoch } from './take-epoch.ts'
import { whileDiskFull } from './while-disk-full.ts'

/** How far a source has been read, and what its slot has been told of it. */
export interface Followed {
  readonly progress: SourceProgress
  readonly confirmed: Lsn
  /** The last epoch is on disk, and slot and consumers know it. Rejects when that was not to be had. */
  readonly stored: Promise<void>
}

export interface WrittenEpoch extends Followed {
  /** Nothing was written: all that there is has yet to become visible. */
  readonly unseen: boolean
  /** A backfill has not begun: transactions are open that may have written before their table was published. */
  readonly waits: boolean
}

/**
 * Snapshot, stream, projection, store, and only then the slot.
 *
 * The wait for the disk goes on while the next epoch is read: `stored` tells of its end.
 *
 * @param backfill of which the next chunk goes into the same snapshot
 */
export async function writeEpoch(
  deps: SourceDeps,
  session: SourceSession,
  before: Followed,
  backfill: BackfillState | undefined,
  signal: AbortSignal,
): Promise<WrittenEpoch> {
  const { id, store, clock, gauge, pace } = deps
  const snapshot = await openRenewableSnapshot(session)
  const writer = store.openEpoch(id)
  let closed = false
  let chunkSeen = -1
  // Consumers may begin with a large epoch as soon as a chunk of it is on disk.
  const onWritten = (): void => {
    const { lastOffset = -1, firstOffset = 0 } = store.epochUnderWay(id) ?? {}
    if (lastOffset < firstOffset || lastOffset === chunkSeen) return
    chunkSeen = lastOffset
    deps.wakeConsumers()
  }
  try {
    const isCopied = (schema: string): boolean => store.sources.backfill(schema)?.state !== 'running'
    const taken = await takeEpoch(
      { session, snapshot, writer, clock, pace, signal, isCopied, onWritten },
      before.progress,
    )
    const place = session.schemas.findIndex((schema) => schema.id === backfill?.schema)
    const schema = session.schemas[place]
    const waits = backfill !== undefined && !snapshot.settled && isUnbegun(backfill)
    const chunk =
      backfill === undefined || schema === undefined || taken.cut || waits
        ? undefined
        : await readChunk(snapshot, pace, place, schema, backfill)
    if (chunk !== undefined && chunk.slice.size > 0) await taken.ask(chunk.slice)
    snapshot.expectClose()
    await taken.finish()
    if (chunk?.sweep) await sweepLive({ session, snapshot, writer, pace }, place)
    signal.throwIfAborted()
    await snapshot.close()
    if (taken.idle && chunk === undefined && taken.progress.owed.length > 0) {
      // All of it is owed, and comes with the next snapshot: nothing is to be stored, or to be confirmed, before.
      writer.discard()
      closed = true
      return { progress: taken.progress, confirmed: before.confirmed, stored: before.stored, unseen: true, waits }
    }
    const checkpoint = checkpointOf(taken.progress, before.confirmed, id, session.server)
    const { events } = writer
    const kind = chunk !== undefined ? 'backfill' : taken.cut ? 'catch-up' : 'live'
    const close = (): { readonly onDisk: Promise<Offset> } => ({
      onDisk: writer.closeBehind({
        checkpoint,
        lsn: snapshot.lsn,
        receivedAt: taken.receivedAt ?? clock.now(),
        kind,
        ...(chunk === undefined || isOutrun(store, chunk.next) ? {} : { backfills: [chunk.next] }),
      }),
    })
    await before.stored
    const { onDisk } = await whileDiskFull(deps, close, signal)
    closed = true
    const stored = onDisk.then(() => {
      session.confirm(checkpoint.confirmedLsn)
      gauge.stored({ events, confirmedLsn: checkpoint.confirmedLsn, cut: taken.cut })
      if (events > 0) deps.wakeConsumers()
      if (chunk !== undefined) gauge.backfillWaits(chunk.next.schema, undefined)
      if (chunk?.next.state === 'done') deps.setAside.forget(chunk.next.schema)
    })
    return { progress: taken.progress, confirmed: checkpoint.confirmedLsn, stored, unseen: false, waits }
  } catch (error) {
    if (!closed) writer.discard()
    throw error
  }
}

/** Somebody asked for the backfill to be repeated while this chunk was under way: it must not take that back. */
function isOutrun({ sources }: EventStore, { schema, generation }: BackfillState): boolean {
  return sources.backfill(schema)?.generation !== generation
}
