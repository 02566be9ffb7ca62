import { statSync } from 'node:fs'
import type { Statement } from 'better-sqlite3'
import type { EventStore } from '../domain/event-store.ts'
import type { Log } from '../domain/log.ts'
import { toOffset, zeroOffset } from '../domain/offset.ts'
import { appendEpoch, type Settling } from './append-epoch.ts'
import { openConsumerBook } from './consumer-book.ts'
import { openCounters } from './counters.ts'
import { openDeadLetterBook } from './dead-letter-book.ts'
import { openEndBefore } from './end-before.ts'
import { openEpochTable } from './epoch-table.ts'
import { openEventLog } from './event-log.ts'
import { openEventPages, openEventsAt } from './event-pages.ts'
import { makeShrinkable } from './free-pages.ts'
import { openHeldBook } from './held-book.ts'
import { openKeyEvents } from './key-events.ts'
import { openLatest } from './latest.ts'
import { openLineage } from './lineage.ts'
import { migrate } from './migrate.ts'
import { openNameBook } from './name-book.ts'
import { openOpenEpochs } from './open-epochs.ts'
import { recordOpening } from './openings.ts'
import { probeIntegrity } from './probe-integrity.ts'
import { refuseHalfRebuilt } from './rebuilding.ts'
import { keepRecentEpochs } from './recent-epochs.ts'
import { keepRecentEvents } from './recent-events.ts'
import { openRetention } from './retention.ts'
import { rewriteLog } from './rewrite-log.ts'
import { openSourceBook } from './source-book.ts'
import { openStatePages } from './state-pages.ts'
import { openStoreConnection, type StoreConnection, storePath } from './store-connection.ts'
import { openStoredMark, refuseBareFile, refuseLostFile } from './stored-mark.ts'

export interface EventStoreDeps {
  /** Made when missing; the file in it is `events.db`. */
  readonly stateDir: string
  readonly log: Log
  /** Events written in one transaction; 5,000 when left out. */
  readonly chunkEvents?: number
}

/**
 * Opens the event store of a state folder, makes it when it is missing, and undoes what a process left half written.
 * The caller holds the folder's lock. Throws a FailureError of kind `store` or `disk-full`.
 */
export function openEventStore({ stateDir, log, chunkEvents = 5_000 }: EventStoreDeps): EventStore {
  refuseHalfRebuilt(stateDir)
  refuseLostFile(stateDir, statSync(storePath(stateDir), { throwIfNoEntry: false })?.size)
  rewriteLog(storePath(stateDir))
  const store = openStoreConnection(stateDir)
  try {
    probeIntegrity(store)
    refuseBareFile(stateDir, store)
    migrate(store)
    makeShrinkable(store)
    return assemble(store, log, chunkEvents, stateDir)
  } catch (error) {
    store.close()
    throw error
  }
}

function assemble(store: StoreConnection, messages: Log, chunkEvents: number, stateDir: string): EventStore {
  const { database, read } = store
  const names = openNameBook(store)
  const counters = openCounters(store)
  const mark = openStoredMark(stateDir, counters)
  const latest = openLatest(database)
  const lineage = openLineage(database)
  const log = openEventLog(database, names, counters)
  const openEpochs = openOpenEpochs(store, log, lineage)
  const epochs = openEpochTable(database)
  const endBefore = openEndBefore(database)
  const pages = openEventPages(database, names)
  const statePages = openStatePages(database, names)
  const eventsAt = openEventsAt(database, names)
  const keyEvents = openKeyEvents(database, names)
  const recent = keepRecentEvents()
  const headOf = (source: string) => {
    const id = names.find(source)
    return id === undefined ? zeroOffset : read(() => epochs.head(id))
  }
  const recentEpochs = keepRecentEpochs(headOf)
  const sources = openSourceBook(store, counters)
  const settling = new Map<string, Settling>()
  const lastOpened = new Map<string, ReturnType<typeof appendEpoch>>()
  const deps = {
    store,
    names,
    counters,
    latest,
    lineage,
    log,
    recent,
    recentEpochs,
    epochs,
    openEpochs,
    sources: sources.table,
    mark,
    settling,
    chunkEvents,
  }

  const isOpen = (source: string) => lastOpened.get(source)?.underWay().state === 'open'
  const walMoved = database.prepare<[], number[]>('pragma wal_checkpoint(noop)').raw()
  const stretch = database.prepare<[number, number, number], [number | null, number]>(stretchSql).raw()

  const undone = openEpochs.recover()
  if (undone > 0) messages.info(`Event store: undid ${undone} epochs that were left open`)
  const history = recordOpening(store, counters)

  return {
    history,
    sources: sources.book,
    consumers: openConsumerBook(store),
    takesOver: openTakesOver(store),
    deadLetters: openDeadLetterBook(store),
    retention: openRetention(store, names, isOpen),
    held: openHeldBook(store),
    openEpoch: (source) => {
      if (isOpen(source)) {
        throw new Error(`Cannot open an epoch of ${source}: one is open`)
      }
      const epoch = appendEpoch(deps, source)
      lastOpened.set(source, epoch)
      return epoch
    },
    epochUnderWay: (source) => lastOpened.get(source)?.underWay(),
    head: recentEpochs.head,
    closedHead: (source) => settling.get(source)?.head ?? recentEpochs.head(source),
    epochsAfter: (source, after, maxEvents) => {
      const recently = recentEpochs.after(source, after, maxEvents)
      if (recently !== undefined) return recently
      const id = names.find(source)
      const found = id === undefined ? [] : read(() => epochs.after(id, source, after, maxEvents))
      return found.at(-1)?.id === settling.get(source)?.epoch ? found.slice(0, -1) : found
    },
    events: (page) => {
      const { asOf } = page
      if (asOf !== undefined) return read(() => statePages({ ...page, asOf }))
      return recent.page(page) ?? read(() => pages(page))
    },
    stretchEnd: (after, upTo, events) => {
      const [last, found] = read(() => stretch.get(after, upTo, events)) ?? []
      return found === events && last != null ? toOffset(last) : upTo
    },
    offsetBefore: (source, receivedAt) => {
      const id = names.find(source)
      return id === undefined ? zeroOffset : read(() => endBefore(id, receivedAt))
    },
    eventsAt: (offsets, maxBytes) => read(() => eventsAt(offsets, maxBytes)),
    keysBetween: (schema, from, to) => read(() => keyEvents.keysBetween(schema, from, to)),
    lastEvents: (schema, keys, upTo) => read(() => keyEvents.lastEvents(schema, keys, upTo)),
    pending: (source, schemas, after) => {
      const id = names.find(source)
      const schemaIds = schemas.map((schema) => names.find(schema)).filter((schema) => schema !== undefined)
      return id === undefined ? 0 : read(() => epochs.pending(id, schemaIds, after))
    },
    eventsOf: (schema) => {
      const id = names.find(schema)
      return id === undefined ? 0 : read(() => epochs.eventsOf(id))
    },
    size: () => ({ events: counters.events, bytes: read(() => fileBytes(store)), closings: counters.closings }),
    requireRoom: () => store.reserve.require(),
    checkpoint: () => checkpoint(store, walMoved),
    close: () => {
      mark.close()
      store.close()
    },
  }
}

const stretchSql = `
  select max(offset), count(*)
  from (select offset from event where offset > ? and offset <= ? order by offset limit ?)`

function openTakesOver({ database, read }: StoreConnection): EventStore['takesOver'] {
  const former = new Set(read(() => database.prepare<[], string>('select uuid from former_store').pluck().all()))
  return (uuid) => former.has(uuid) || former.has(anyStore)
}

/** Instead of a uuid: destinations that were written from any other store are taken over. */
export const anyStore = '*'

function fileBytes({ database }: StoreConnection): number {
  const pages = Number(database.pragma('page_count', { simple: true }))
  return pages * Number(database.pragma('page_size', { simple: true })) + walBytes(database.name)
}

function walBytes(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
}

/** Moving fewer pages than this costs a wait for the disk and gains little. */
const checkpointPages = 1_000

function checkpoint({ database, failing, requireTrust }: StoreConnection, walState: Statement<[], number[]>): void {
  requireTrust()
  try {
    const [, inWal = 0, moved = 0] = walState.get() ?? []
    // Outside of any transaction: SQLite moves nothing within one.
    if (inWal - moved >= checkpointPages) database.pragma('wal_checkpoint(passive)')
  } catch (error) {
    throw failing(error, 'write')
  }
}
