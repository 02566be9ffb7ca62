import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import type { ForgetRequest, Forgotten, Retention } from '../domain/retention.ts'
import { shrinkFile, usedBytes } from './free-pages.ts'
import type { NameBook } from './name-book.ts'
import { operationCode } from './operation-code.ts'
import { openRemoveEvents } from './remove-events.ts'
import type { StoreConnection } from './store-connection.ts'

interface EpochRow {
  readonly id: number
  readonly first: number
  readonly last: number
  readonly storedAt: number
}

/** An event that took the place of an earlier one of its key, or ended it. */
type SucceedingRow = [offset: number, schema: number, key: string, operation: number, previous: number | null]

// The newest epoch of a source is never touched: the store's head is read from it.
const nextEpochSql = `
  select id, first_offset as first, last_offset as last, stored_at as storedAt
  from epoch
  where source = ? and last_offset > ? and last_offset < (select max(last_offset) from epoch where source = ?)
  order by last_offset
  limit 1`

const succeedingSql = `
  select offset, schema, key, operation, previous_offset
  from event
  where offset > ? and offset <= ? and epoch = ?
    and (previous_offset is not null or operation = ${operationCode.delete})
  order by offset
  limit ?`

/** Rows between two looks at the clock; some tenths of a millisecond. */
const rowsPerStep = 128

/**
 * Takes out of the log what a later event of the same key has replaced, oldest first.
 *
 * It walks the events in order and removes the one *before* each, so that the log can always give the state of the
 * source at the end of the last epoch it has walked, and at every later one: a consumer that begins anew takes the
 * last event of each key as of such a state and needs nothing else.
 */
export function openRetention(store: StoreConnection, names: NameBook, isOpen: (source: string) => boolean): Retention {
  const { database, read, stage } = store
  const progress = database
    .prepare<[number], [number, number]>('select complete_from, walked from retention where source = ?')
    .raw()
  const saveProgress = database.prepare<[number, number, number]>('insert or replace into retention values (?, ?, ?)')
  const nextEpoch = database.prepare<[number, number, number], EpochRow>(nextEpochSql)
  const epochAt = database.prepare<[number, number], EpochRow>(
    'select id, first_offset as first, last_offset as last, stored_at as storedAt from epoch where source = ? and last_offset = ?',
  )
  const succeeding = database.prepare<[number, number, number, number], SucceedingRow>(succeedingSql).raw()
  const schemasOf = database
    .prepare<[number, number], number>('select schema from epoch_schema where source = ? and last_offset = ?')
    .pluck()
  const completeFrom = database
    .prepare<[number], number>('select complete_from from schema_retention where schema = ?')
    .pluck()
  const removal = openRemoveEvents(database)

  const begin = (sourceId: number, epoch: EpochRow, schemas: readonly number[]) => {
    for (const schema of schemas) removal.beginEpoch(sourceId, schema, epoch.last)
    saveProgress.run(sourceId, epoch.last, epoch.first - 1)
  }

  /** Walks on within an epoch. Returns whether it is through. */
  const walk = (sourceId: number, epoch: EpochRow, walked: number): boolean => {
    const rows = succeeding.all(walked, epoch.last, epoch.id, rowsPerStep)
    for (const [offset, schema, key, operation, previous] of rows) {
      if (previous !== null) removal.remove(previous)
      if (operation === operationCode.delete) removal.removeKey(schema, key, offset)
    }
    const ended = rows.length < rowsPerStep
    removal.settle()
    saveProgress.run(sourceId, epoch.last, ended ? epoch.last : (rows.at(-1)?.[0] ?? epoch.last))
    return ended
  }

  const step = (sourceId: number, request: ForgetRequest): Forgotten => {
    const [complete, walked] = progress.get(sourceId) ?? [0, 0]
    if (walked < complete) {
      const epoch = epochAt.get(sourceId, complete)
      // Gone when all that it held has been removed already.
      if (epoch === undefined) saveProgress.run(sourceId, complete, complete)
      else walk(sourceId, epoch, walked)
      return 'more'
    }
    const epoch = nextEpoch.get(sourceId, complete, sourceId)
    if (epoch === undefined) return 'done'
    if (epoch.storedAt >= request.storedBefore && usedBytes(store) <= request.maxBytes) return 'done'
    if (epoch.last > request.applied) return 'held'
    begin(sourceId, epoch, schemasOf.all(sourceId, epoch.last))
    walk(sourceId, epoch, epoch.first - 1)
    return 'more'
  }

  return {
    completeFrom: (schema): Offset => {
      const id = names.find(schema)
      return id === undefined ? zeroOffset : toOffset(read(() => completeFrom.get(id)) ?? 0)
    },
    forget: (request) => {
      const id = names.find(request.source)
      if (id === undefined || isOpen(request.source)) return 'done'
      const until = performance.now() + request.budgetMs
      return stage(() => {
        removal.start()
        let forgotten: Forgotten = 'more'
        while (forgotten === 'more' && performance.now() < until) forgotten = step(id, request)
        return forgotten
      })
    },
    shrink: (budgetMs) => shrinkFile(store, budgetMs),
    usedBytes: () => read(() => usedBytes(store)),
  }
}
