import type { Operation } from '../domain/event.ts'
import type { RowNow } from '../domain/event-store.ts'
import { compareBytes, formerLength, operationBetween, rowsBefore } from './change-buffer.ts'
import type { Latest } from './latest.ts'

/** An event of a key that may have others in the same epoch. */
export interface VersionEvent {
  readonly schema: number
  readonly key: string
  readonly operation: Operation
  readonly payload: string
  /** The key's event before: one of this buffer, the offset of a stored one, or none. */
  readonly previous: VersionEvent | number | undefined
}

/** Events of an epoch that follow one another key by key, and are not written yet. */
export interface VersionBuffer {
  /** Takes rows from the first on, fewer than all where much has to be held for them. Returns how many, and the events that they made. */
  put(schema: number, rows: readonly RowNow[]): { readonly taken: number; readonly made: number }
  /** Of these keys, those that it has a last word on. */
  isLive(schema: number, key: string): boolean | undefined
  /** Of these keys the rows that they have, stored ones too. */
  payloads(schema: number, keys: readonly string[]): ReadonlyMap<string, string>
  liveAfter(schema: number, after: string | undefined): readonly string[]
  events(): readonly VersionEvent[]
  readonly size: number
  /** UTF-16 units of the payloads held. */
  readonly length: number
  clear(): void
}

export function createVersionBuffer(latest: Latest): VersionBuffer {
  let events: VersionEvent[] = []
  let length = 0
  const bySchema = new Map<number, Map<string, VersionEvent>>()
  const lastOf = (schema: number): Map<string, VersionEvent> => {
    const found = bySchema.get(schema) ?? new Map<string, VersionEvent>()
    bySchema.set(schema, found)
    return found
  }

  return {
    put: (schema, rows) => {
      const last = lastOf(schema)
      const unknown = [...new Set(rows.map(({ key }) => key))].filter((key) => !last.has(key))
      const { found: stored, lookedUp } = latest.find(schema, unknown, formerLength)
      const taken = rowsBefore(rows, unknown, lookedUp)
      let made = 0
      for (const { key, payload } of rows.slice(0, taken)) {
        const held = last.get(key)
        const before = held ?? stored.get(key)
        const isLive = held === undefined ? stored.get(key)?.live : held.operation !== 'delete'
        const rowBefore = isLive ? before?.payload : undefined
        const operation = operationBetween(rowBefore, payload)
        if (operation === undefined) continue
        const previous = held ?? stored.get(key)?.offset
        const event = { schema, key, operation, payload: payload ?? rowBefore ?? '', previous }
        events.push(event)
        last.set(key, event)
        length += event.payload.length
        made += 1
      }
      return { taken, made }
    },
    isLive: (schema, key) => {
      const held = bySchema.get(schema)?.get(key)
      return held && held.operation !== 'delete'
    },
    payloads: (schema, keys) => {
      const last = lastOf(schema)
      const { found: stored } = latest.find(
        schema,
        keys.filter((key) => !last.has(key)),
      )
      const found = new Map<string, string>()
      for (const key of keys) {
        const held = last.get(key)
        const row = held === undefined ? stored.get(key) : { live: held.operation !== 'delete', payload: held.payload }
        if (row?.live === true) found.set(key, row.payload)
      }
      return found
    },
    liveAfter: (schema, after) =>
      [...(bySchema.get(schema)?.values() ?? [])]
        .filter(({ key, operation }) => operation !== 'delete' && (after === undefined || compareBytes(key, after) > 0))
        .map(({ key }) => key),
    events: () => events,
    get size() {
      return events.length
    },
    get length() {
      return length
    },
    clear: () => {
      events = []
      bySchema.clear()
      length = 0
    },
  }
}
