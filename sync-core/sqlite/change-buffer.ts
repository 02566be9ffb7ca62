import type { Operation } from '../domain/event.ts'
import type { RowNow } from '../domain/event-store.ts'
import type { Latest, LatestEvent } from './latest.ts'

/** What an open epoch does to one public row key, not written yet. */
export interface Change {
  readonly schema: number
  readonly key: string
  /** `undefined`: nothing after all; an event that an earlier chunk has written is to be taken back. */
  readonly operation: Operation | undefined
  readonly payload: string
  /** The key's event before the epoch. */
  readonly before: LatestEvent | undefined
  /** The event that an earlier chunk of this epoch has written for the key. */
  readonly written: number | undefined
}

/** Changes of one epoch since its last chunk, each key once, in the order of the last word about each. */
export interface ChangeBuffer {
  /** Takes rows from the first on, and returns how many: fewer than all where much has to be held for them. */
  put(schema: number, rows: readonly RowNow[]): number
  live(schema: number, keys: readonly string[]): readonly string[]
  liveAfter(schema: number, after: string | undefined, limit: number): readonly string[]
  changes(): Iterable<Change>
  readonly size: number
  /** UTF-16 units of the payloads held. */
  readonly length: number
  /** Events of the whole epoch so far, written ones too, by schema. */
  readonly eventsBySchema: ReadonlyMap<number, number>
  /** Events of the epoch that were written without being held here. */
  count(schema: number, events: number): void
  /** They are on disk now. */
  clear(): void
}

/** UTF-16 units of former rows that one call looks up. */
export const formerLength = 4 * 1024 * 1024

/**
 * What is left of a change between two epochs, from the row before (`undefined`: none) and the row now (likewise).
 * Compared as text and not by a hash: a hash that collides once loses that row for ever, and the old payload has to be
 * read anyway.
 */
export function operationBetween(before: string | undefined, now: string | undefined): Operation | undefined {
  if (before === now) return undefined
  if (before === undefined) return 'insert'
  return now === undefined ? 'delete' : 'update'
}

export function createChangeBuffer(latest: Latest, epoch: number): ChangeBuffer {
  const bySchema = new Map<number, Map<string, Change>>()
  const ordered = new Set<Change>()
  const eventsBySchema = new Map<number, number>()
  let length = 0

  const changesOf = (schema: number) => {
    const found = bySchema.get(schema) ?? new Map<string, Change>()
    bySchema.set(schema, found)
    return found
  }

  const count = (schema: number, events: number) => {
    eventsBySchema.set(schema, (eventsBySchema.get(schema) ?? 0) + events)
  }

  const take = (change: Change, changes: Map<string, Change>, wasEvent: boolean) => {
    const isEvent = change.operation !== undefined
    changes.set(change.key, change)
    ordered.add(change)
    length += weight(change)
    if (isEvent === wasEvent) return
    count(change.schema, isEvent ? 1 : -1)
  }

  const setRow = (schema: number, key: string, now: string | undefined, stored: ReadonlyMap<string, LatestEvent>) => {
    const changes = changesOf(schema)
    const earlier = changes.get(key)
    if (earlier !== undefined) {
      changes.delete(key)
      ordered.delete(earlier)
      length -= weight(earlier)
      // Held also when nothing is left of it: the same call may name the key again, and has not looked it up.
      const { before, written } = earlier
      take(changeTo(now, schema, key, before, written), changes, earlier.operation !== undefined)
      return
    }
    const last = stored.get(key)
    const inThisEpoch = last?.epoch === epoch
    const before = inThisEpoch ? beforeOf(last, latest) : last
    const written = inThisEpoch ? last.offset : undefined
    const change = changeTo(now, schema, key, before, written)
    if (change.operation !== undefined || inThisEpoch) take(change, changes, inThisEpoch)
  }

  const notHeld = (schema: number, keys: readonly string[]) => {
    const changes = changesOf(schema)
    return changes.size === 0 ? keys : keys.filter((key) => !changes.has(key))
  }

  return {
    put: (schema, rows) => {
      const unknown = notHeld(
        schema,
        rows.map((row) => row.key),
      )
      const { found, lookedUp } = latest.find(schema, unknown, formerLength)
      const count = rowsBefore(rows, unknown, lookedUp)
      for (const { key, payload } of count === rows.length ? rows : rows.slice(0, count)) {
        setRow(schema, key, payload, found)
      }
      return count
    },
    live: (schema, keys) => {
      const changes = changesOf(schema)
      const held = keys.filter((key) => isLive(changes.get(key)))
      return [...new Set(held), ...latest.live(schema, [...new Set(notHeld(schema, keys))])]
    },
    liveAfter: (schema, after, limit) => {
      const changes = changesOf(schema)
      const held = [...changes.values()].filter((change) => isLive(change)).map((change) => change.key)
      // As many more as could be taken away again by what is held, so that a short page still means the end.
      const stored = latest.liveAfter(schema, after, limit + changes.size).filter((key) => !changes.has(key))
      const later = after === undefined ? held : held.filter((key) => compareBytes(key, after) > 0)
      return [...stored, ...later].sort(compareBytes).slice(0, limit)
    },
    changes: () => ordered,
    get size() {
      return ordered.size
    },
    get length() {
      return length
    },
    eventsBySchema,
    count,
    clear: () => {
      bySchema.clear()
      ordered.clear()
      length = 0
    },
  }
}

function changeTo(
  now: string | undefined,
  schema: number,
  key: string,
  before: LatestEvent | undefined,
  written: number | undefined,
): Change {
  const rowBefore = before?.live ? before.payload : undefined
  const operation = operationBetween(rowBefore, now)
  // A delete carries the row that consumers have: what came and went within the epoch has never reached them.
  return { schema, key, before, written, operation, payload: now ?? rowBefore ?? '' }
}

function beforeOf(last: LatestEvent, latest: Latest): LatestEvent | undefined {
  return last.previousOffset === null ? undefined : latest.at(last.previousOffset)
}

/** How many rows stand before the first whose key is not among the first `lookedUp` ones. */
export function rowsBefore(rows: readonly RowNow[], keys: readonly string[], lookedUp: number): number {
  if (lookedUp === keys.length) return rows.length
  const left = new Set(keys.slice(lookedUp))
  for (const key of keys.slice(0, lookedUp)) left.delete(key)
  const first = rows.findIndex(({ key }) => left.has(key))
  return first < 0 ? rows.length : first
}

/** SQLite's order of text. JavaScript's own differs beyond the basic plane, and a walk in two orders would skip keys. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}

function isLive(change: Change | undefined): boolean {
  if (change === undefined) return false
  if (change.operation === undefined) return change.before?.live ?? false
  return change.operation !== 'delete'
}

function weight(change: Change): number {
  return change.payload.length + (change.before?.payload.length ?? 0)
}
