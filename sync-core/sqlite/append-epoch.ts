import type { Epoch } from '../domain/event.ts'
import type { EpochEnd, EpochUnderWay, EpochWriter, RowNow } from '../domain/event-store.ts'
import { type Offset, toOffset } from '../domain/offset.ts'
import { compareBytes, createChangeBuffer } from './change-buffer.ts'
import type { Counters } from './counters.ts'
import type { EpochTable } from './epoch-table.ts'
import type { Appended, EventLog, NewRow } from './event-log.ts'
import type { Latest } from './latest.ts'
import type { Lineage } from './lineage.ts'
import type { NameBook } from './name-book.ts'
import type { OpenEpochs } from './open-epochs.ts'
import type { RecentEpochs } from './recent-epochs.ts'
import type { RecentEvents } from './recent-events.ts'
import { createRunBuffer } from './run-buffer.ts'
import type { SourceTable } from './source-book.ts'
import type { StoreConnection } from './store-connection.ts'
import type { StoredMark } from './stored-mark.ts'
import { createVersionBuffer } from './version-buffer.ts'

export interface EpochDeps {
  readonly store: StoreConnection
  readonly names: NameBook
  readonly counters: Counters
  readonly latest: Latest
  readonly lineage: Lineage
  readonly log: EventLog
  readonly recent: RecentEvents
  readonly recentEpochs: RecentEpochs
  readonly epochs: EpochTable
  readonly openEpochs: OpenEpochs
  readonly sources: SourceTable
  readonly mark: StoredMark
  /** The epoch of each source that is closed and on its way to the disk: not to be read yet. */
  readonly settling: Map<string, Settling>
  /** Events of one transaction. More gain nothing and hold the loop, and with it every other source, for longer. */
  readonly chunkEvents: number
}

export interface Settling {
  readonly epoch: number
  /** Of its source once it can be read. */
  readonly head: Offset
}

/** What others may know of an epoch while it is written. */
export interface UnderWay {
  underWay(): EpochUnderWay
}

/** About 32 MB of text: wide rows make a chunk sooner. */
const chunkLength = 16 * 1024 * 1024
/** Rows of a call are taken in parts, so that a chunk is not overrun by one large call. */
const sliceRows = 1_000
/** Fewer rows are better gathered to a chunk. */
const fewestAtOnce = 1_000

function lengthOf(rows: readonly NewRow[]): number {
  return rows.reduce((sum, { payload }) => sum + payload.length, 0)
}

function areAllThere(rows: readonly RowNow[]): rows is readonly NewRow[] {
  return rows.every(({ payload }) => payload !== undefined)
}

/**
 * The writer of one epoch. Between two calls no transaction is open: several sources share the connection, and each
 * call is whole. A call that throws for a full disk can be repeated; nothing that was taken is lost.
 */
export function appendEpoch(deps: EpochDeps, source: string): EpochWriter & UnderWay {
  const { store, names, counters, latest, lineage, log, recent, recentEpochs, epochs } = deps
  const { openEpochs, sources, mark, settling, chunkEvents } = deps
  openEpochs.undoDue()
  const sourceId = names.idOf(source)
  // Before this epoch is in the file, where it would be found as the head.
  recentEpochs.head(source)
  const epoch = counters.nextEpoch++
  const changes = createChangeBuffer(latest, epoch)
  const versions = createVersionBuffer(latest)
  const runs = createRunBuffer(lineage)
  /** Where the first chunk began, once there is one. */
  let firstOffset: number | undefined
  let lastOffset = toOffset(counters.nextOffset - 1)
  let rewritten = false
  /** Of a large epoch, whether its rows have all been new so far. */
  let insertsOnly = true
  let state: EpochUnderWay['state'] = 'open'

  const mustBeOpen = () => {
    if (state !== 'open') throw new Error(`Cannot write epoch ${epoch}: it has ended`)
  }

  const remember = ({ events: appended, tookBack }: Appended) => {
    rewritten ||= tookBack
    if (tookBack) recent.forget()
    recent.add(epoch, appended)
  }

  /** Part of the transaction under way. */
  const appendAll = (): Appended => {
    const { events: appended, tookBack } = log.append(epoch, changes.changes())
    const each = log.appendVersions(epoch, versions.events())
    return { events: each.length === 0 ? appended : [...appended, ...each], tookBack }
  }

  const forgetWritten = () => {
    changes.clear()
    versions.clear()
    runs.clear()
  }

  const writeChunk = () => {
    store.reserve.require()
    const first = firstOffset ?? counters.nextOffset
    const appended = store.stage(() => {
      if (firstOffset === undefined) openEpochs.note(epoch, first)
      const written = appendAll()
      lineage.save(runs.runs(), epoch)
      counters.save(counters.events)
      return written
    })
    remember(appended)
    firstOffset = first
    lastOffset = toOffset(counters.nextOffset - 1)
    forgetWritten()
  }

  /**
   * Rows of a large epoch go to disk as they come as long as they are new, as those of a load or a first copy are: that
   * they are is seen when their keys are written, so nothing has to be looked up and held before.
   */
  const insertAtOnce = (schema: number, rows: readonly RowNow[]): boolean => {
    if (firstOffset === undefined || !insertsOnly || rows.length < Math.min(fewestAtOnce, chunkEvents)) return false
    if (!areAllThere(rows) || lengthOf(rows) > chunkLength) return false
    if (changes.size + versions.size > 0) writeChunk()
    store.reserve.require()
    const appended = store.stage(() => {
      const written = log.insertNew(epoch, schema, rows)
      counters.save(counters.events)
      return written
    })
    insertsOnly = appended !== undefined
    if (appended === undefined) return false
    remember(appended)
    changes.count(schema, rows.length)
    lastOffset = toOffset(counters.nextOffset - 1)
    return true
  }

  const writeChunkIfFull = () => {
    const size = Math.max(changes.size + versions.size, runs.size)
    if (size >= chunkEvents || changes.length + versions.length >= chunkLength) writeChunk()
  }

  /** @param take returns how many rows of the slice it took, at least one */
  const inSlices = <Row>(rows: readonly Row[], take: (slice: readonly Row[]) => number) => {
    mustBeOpen()
    const step = Math.min(sliceRows, chunkEvents)
    for (let start = 0; start < rows.length; ) {
      writeChunkIfFull()
      start += store.read(() => take(rows.slice(start, start + step)))
    }
  }

  /** As many more as could be gone by now, so that a short page still means the end. */
  const liveAmong = (schema: number, after: string | undefined, limit: number): readonly string[] => {
    const stored = store.read(() => changes.liveAfter(schema, after, limit + versions.size))
    const kept = stored.filter((key) => versions.isLive(schema, key) === undefined)
    return [...kept, ...versions.liveAfter(schema, after)].sort(compareBytes).slice(0, limit)
  }

  const events = () => [...changes.eventsBySchema.values()].reduce((sum, count) => sum + count, 0)

  /** `undefined` for an epoch without events, which has none. */
  const writeClosingRow = (end: EpochEnd): Epoch | undefined => {
    const written = events()
    if (written === 0) return undefined
    const bounds = log.bounds(epoch, firstOffset ?? counters.nextOffset - changes.size - versions.size)
    const closed: Epoch = {
      id: epoch,
      source,
      firstOffset: toOffset(bounds.first),
      lastOffset: toOffset(bounds.last),
      lsn: end.lsn,
      receivedAt: end.receivedAt,
      kind: end.kind,
    }
    const { eventsBySchema } = changes
    epochs.insert({ ...closed, source: sourceId, events: written, storedAt: Date.now(), eventsBySchema })
    return closed
  }

  const end = (as: 'closed' | 'discarded') => {
    state = as
    forgetWritten()
  }

  /**
   * Ends the epoch in one transaction. Returns the source's head with it, and what makes it readable, which is called once
   * it is on disk.
   */
  const writeEnd = (at: EpochEnd, write: StoreConnection['write']) => {
    mustBeOpen()
    if (settling.has(source)) throw new Error(`Cannot close epoch ${epoch}: the one before is not on disk`)
    store.reserve.require()
    const written = events()
    const total = counters.events + written
    const { closed, appended } = write(() => {
      const logged = appendAll()
      lineage.save(runs.runs(), undefined)
      const row = writeClosingRow(at)
      if (firstOffset !== undefined) openEpochs.settle(epoch)
      sources.save(at.checkpoint)
      for (const backfill of at.backfills ?? []) sources.saveBackfill(backfill)
      counters.save(total)
      return { closed: row, appended: logged }
    })
    const last = counters.nextOffset - 1
    remember(appended)
    counters.events = total
    const makeReadable = (): Offset => {
      mark.move(last)
      if (closed !== undefined) recentEpochs.add(closed, written)
      counters.closings += 1
      lastOffset = recentEpochs.head(source)
      return lastOffset
    }
    return { head: closed?.lastOffset ?? recentEpochs.head(source), makeReadable }
  }

  const close = (at: EpochEnd): Offset => {
    const head = writeEnd(at, store.write).makeReadable()
    end('closed')
    return head
  }

  return {
    put: (schema, rows) => {
      const id = names.idOf(schema)
      mustBeOpen()
      if (!insertAtOnce(id, rows)) inSlices(rows, (slice) => changes.put(id, slice))
    },
    putEach: (schema, rows) => {
      const id = names.idOf(schema)
      inSlices(rows, (slice) => {
        const { taken, made } = versions.put(id, slice)
        changes.count(id, made)
        return taken
      })
    },
    remove: (schema, keys) => {
      const id = names.idOf(schema)
      inSlices(keys, (slice) =>
        changes.put(
          id,
          slice.map((key) => ({ key, payload: undefined })),
        ),
      )
    },
    live: (schema, keys) => {
      const id = names.idOf(schema)
      const others = keys.filter((key) => versions.isLive(id, key) === undefined)
      const held = others.length === keys.length ? [] : keys.filter((key) => versions.isLive(id, key))
      return [...new Set(held), ...store.read(() => changes.live(id, others))]
    },
    liveAfter: (schema, after, limit) => {
      const id = names.idOf(schema)
      if (versions.size === 0) return store.read(() => changes.liveAfter(id, after, limit))
      return liveAmong(id, after, limit)
    },
    payloads: (schema, keys) => {
      const id = names.idOf(schema)
      return store.read(() => versions.payloads(id, keys))
    },
    recordRuns: (schema, given) => {
      const id = names.idOf(schema)
      inSlices(given, (slice) => {
        runs.record(id, slice)
        return slice.length
      })
    },
    runsOf: (schema, transformation, sourceKeys) => {
      const id = names.idOf(schema)
      return store.read(() => runs.runsOf(id, transformation, sourceKeys))
    },
    sourceKeysOf: (schema, publicKeys) => {
      const id = names.idOf(schema)
      return store.read(() => runs.sourceKeysOf(id, publicKeys))
    },
    get events() {
      return events()
    },
    underWay: () => ({
      id: epoch,
      state,
      firstOffset: toOffset(firstOffset ?? counters.nextOffset),
      lastOffset,
      rewritten,
    }),
    close,
    closeBehind: (at) => {
      // Whoever writes a large one as it comes has to see it closed and on disk at once.
      if (firstOffset !== undefined) return Promise.resolve(close(at))
      const { head, makeReadable } = writeEnd(at, store.stage)
      settling.set(source, { epoch, head })
      end('closed')
      return store.settled().then(() => {
        settling.delete(source)
        return makeReadable()
      })
    },
    discard: () => {
      mustBeOpen()
      try {
        if (firstOffset !== undefined) {
          recent.forget()
          openEpochs.undo(epoch)
        }
      } finally {
        // Also when the disk is full: nobody can use it any more, and the next epoch begins with undoing it.
        end('discarded')
      }
    },
  }
}
