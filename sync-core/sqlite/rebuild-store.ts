import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { salvagedDefinition } from '../domain/checkpoint.ts'
import { FailureError } from '../domain/failure.ts'
import type { Log } from '../domain/log.ts'
import { zeroLsn } from '../domain/lsn.ts'
import { acquireStateLock } from './acquire-state-lock.ts'
import { anyStore, openEventStore } from './open-event-store.ts'
import { rebuildingFolder, rebuiltMark } from './rebuilding.ts'
import { type Salvage, type SalvagedRow, salvageRows } from './salvage-rows.ts'
import { storePath } from './store-connection.ts'
import { toStoreFailure } from './store-failure.ts'
import { markPath, readMark } from './stored-mark.ts'

export interface RebuildRequest {
  readonly stateDir: string
  readonly log: Log
  /** ms since 1970. */
  readonly now: number
  /** Also when the store there is whole: its destinations have been written from one that is lost. */
  readonly anyway: boolean
}

export interface RebuiltStore {
  /** Where the former files are now; `undefined` when there were none. */
  readonly setAside: string | undefined
  /** Public row keys that the new store knows from the former one. */
  readonly keys: number
  /** Every key that a destination can hold is among them: what is gone at the source will be deleted there. */
  readonly complete: boolean
}

/**
 * Sets a damaged event store aside and makes a new one in its place. Nothing is deleted.
 *
 * The new store begins with every row that the former one still knows, deleted ones too, as if they were there. Each
 * source then copies its rows as a repeated backfill, whose sweep deletes what is gone; and the consumers of the
 * former store take the state after that, deletes included. So their destinations end exactly right where the former
 * store could be read whole, and lack only deletes of rows that it could not name.
 *
 * Can be run again after it was interrupted. Throws a FailureError: `state-in-use`, `refused` for a store that is not
 * damaged, `disk-full`, `store`.
 */
export function rebuildStore(request: RebuildRequest): RebuiltStore {
  const { stateDir } = request
  const lock = acquireStateLock(stateDir)
  try {
    const building = rebuildingFolder(stateDir)
    if (!existsSync(rebuiltMark(stateDir))) {
      if (!request.anyway) refuseWhole(request)
      rmSync(building, { recursive: true, force: true })
      fillNewStore(request, building)
    }
    // From here on everything is in the new store; an earlier run may have been cut off anywhere behind this line.
    const setAside = existsSync(storePath(building)) ? setFilesAside(stateDir, request.now) : undefined
    return { ...finish(stateDir, building), setAside }
  } catch (error) {
    throw toStoreFailure(error, 'write')
  } finally {
    lock.release()
  }
}

function refuseWhole({ stateDir, log }: RebuildRequest): void {
  if (!existsSync(storePath(stateDir)) && readMark(stateDir) === undefined && !existsSync(rebuildingFolder(stateDir))) {
    throw refused('there is none in this state folder')
  }
  try {
    openEventStore({ stateDir, log }).close()
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'store') return
    throw error
  }
  throw refused('it is not damaged')
}

function refused(state: string): FailureError {
  return new FailureError({
    kind: 'refused',
    policy: 'halt',
    object: 'event store',
    message: `Cannot rebuild the event store: ${state}`,
    solution:
      'If destinations have been written from another state folder that is lost, say --anyway, and this one takes them over.',
  })
}

function fillNewStore({ stateDir, log, now, anyway }: RebuildRequest, building: string): void {
  const mark = readMark(stateDir)
  const store = openEventStore({ stateDir: building, log })
  let salvage: Salvage
  const sourcesOf = new Map<string, string>()
  try {
    // The name of the source is not known before the end, and of no matter until then.
    const writer = store.openEpoch(salvagedSource)
    const take = (rows: readonly SalvagedRow[]) => {
      for (const [schema, group] of Map.groupBy(rows, (row) => row.schema)) writer.put(schema, group)
    }
    salvage = existsSync(storePath(stateDir)) ? salvageRows(storePath(stateDir), take) : salvageRows('', take)
    writer.close({
      checkpoint: {
        source: salvagedSource,
        throughLsn: zeroLsn,
        owed: [],
        confirmedLsn: zeroLsn,
        server: { systemIdentifier: '', timeline: 0 },
      },
      lsn: zeroLsn,
      receivedAt: now,
      kind: 'backfill',
    })
    for (const [schema, source] of salvage.sources) sourcesOf.set(schema, source)
  } finally {
    store.close()
  }
  // The file may be another one than that which wrote the destinations.
  const former = anyway ? anyStore : (mark?.uuid ?? salvage.uuid ?? anyStore)
  const complete = salvage.complete && salvage.lastOffset >= (mark?.offset ?? 0) && salvage.uuid === former
  settleNewStore(building, { salvage, former, complete })
  writeFileSync(rebuiltMark(stateDir), '')
}

const salvagedSource = 'salvaged'

interface NewStore {
  readonly salvage: Salvage
  readonly former: string
  readonly complete: boolean
}

/** What the epoch of salvaged rows could not say by the way that events take. */
function settleNewStore(building: string, { salvage, former, complete }: NewStore): void {
  const database = new Database(storePath(building))
  try {
    database.transaction(() => {
      database.prepare('delete from source').run()
      database.prepare('insert into former_store values (?, ?)').run(former, complete ? 1 : 0)
      const pause = database.prepare('insert into consumer (consumer, offset, paused) values (?, 0, 1)')
      for (const consumer of salvage.pausedConsumers) pause.run(consumer)
      const backfill = database.prepare(
        "insert into backfill values (?, ?, ?, 1, 'done', 0, null, 0, 0, null, null, null)",
      )
      for (const [schema, source] of salvage.sources) backfill.run(schema, source, salvagedDefinition)
      splitBySource(database, salvage.sources)
    })()
  } finally {
    database.close()
  }
}

/**
 * The one epoch of salvaged rows becomes one of each source: an epoch's place is its last event, and a source's events
 * may lie between another's.
 */
function splitBySource(database: Database.Database, sources: ReadonlyMap<string, string>): void {
  const epoch = database.prepare<[], number>('select id from epoch').pluck().get()
  if (epoch === undefined) return
  const idOf = (name: string): number | undefined =>
    database.prepare<[string], number>('select id from name where name = ?').pluck().get(name)
  database.exec('delete from epoch_schema')
  let next = epoch
  for (const [source, schemas] of Map.groupBy(sources.keys(), (schema) => sources.get(schema) ?? '')) {
    database.prepare('insert or ignore into name (name) values (?)').run(source)
    const ids = JSON.stringify(schemas.map(idOf).filter((id) => id !== undefined))
    next += 1
    database.prepare('update event set epoch = ? where schema in (select value from json_each(?))').run(next, ids)
    database
      .prepare(
        `insert into epoch
         select ?, ?, min(e.offset), max(e.offset), count(*), p.lsn, p.received_at, p.stored_at, p.kind
         from event e, epoch p where e.epoch = ? and p.id = ? group by p.id`,
      )
      .run(next, idOf(source), next, epoch)
    database
      .prepare(
        `insert into epoch_schema
         select p.source, e.schema, p.last_offset, count(*), count(*)
         from event e join epoch p on p.id = e.epoch where e.epoch = ? group by e.schema`,
      )
      .run(next)
  }
  database.prepare('delete from event where epoch = ?').run(epoch)
  database.prepare('delete from latest where offset not in (select offset from event)').run()
  database.prepare('delete from epoch where id = ?').run(epoch)
  database.prepare('update counter set next_epoch = ?, events = (select count(*) from event)').run(next + 1)
}

/** The mark goes last: as long as it is there, the store counts as lost. Returns the folder. */
function setFilesAside(stateDir: string, now: number): string | undefined {
  const files = [
    `${storePath(stateDir)}`,
    `${storePath(stateDir)}-wal`,
    `${storePath(stateDir)}-shm`,
    markPath(stateDir),
  ]
  const there = files.filter((path) => existsSync(path))
  if (there.length === 0) return undefined
  const folder = join(stateDir, `set-aside-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const path of there) renameSync(path, join(folder, path.slice(stateDir.length + 1)))
  return folder
}

/** The file last: as long as it is not in its place, all that stands there is set aside. */
function finish(stateDir: string, building: string): { readonly keys: number; readonly complete: boolean } {
  if (existsSync(storePath(building))) {
    gatherInOneFile(storePath(building))
    renameSync(storePath(building), storePath(stateDir))
  }
  const database = new Database(storePath(stateDir))
  const keys = database.prepare<[], number>('select count(*) from latest').pluck().get() ?? 0
  const complete = database.prepare<[], number>('select complete from former_store').pluck().get() === 1
  database.close()
  rmSync(building, { recursive: true, force: true })
  return { keys, complete }
}

function gatherInOneFile(path: string): void {
  const database = new Database(path)
  database.pragma('wal_checkpoint(truncate)')
  database.close()
}
