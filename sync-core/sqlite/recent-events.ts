import type { StoredEvent } from '../domain/event.ts'
import type { EventPage } from '../domain/event-store.ts'
import type { Offset } from '../domain/offset.ts'

/** Mostly one byte each: some seconds of a busy source, so that a large epoch is still here when its destination comes to it. */
const keptLength = 32 * 1024 * 1024

/**
 * The events that were written last, as they were written. A consumer that keeps up reads its page from here: reading
 * back from the file what was there a moment ago was a fifth of the engine's work.
 *
 * Only what is on disk is kept, and it is forgotten whole whenever something is taken back.
 */
export interface RecentEvents {
  add(epoch: number, events: readonly StoredEvent[]): void
  forget(): void
  /** The page, or `undefined` when its beginning is no longer, or not, kept. */
  page(page: EventPage): readonly StoredEvent[] | undefined
}

/** Events that were written together. */
interface Chunk {
  readonly epoch: number
  readonly events: readonly StoredEvent[]
  readonly lastOffset: Offset
  readonly length: number
}

export function keepRecentEvents(): RecentEvents {
  let chunks: Chunk[] = []
  let length = 0
  /** Every event after this offset is kept. */
  let completeAfter: number | undefined

  const trim = (): void => {
    let gone = 0
    for (const chunk of chunks) {
      if (length <= keptLength) break
      length -= chunk.length
      completeAfter = chunk.lastOffset
      gone += 1
    }
    if (gone > 0) chunks = chunks.slice(gone)
  }

  return {
    add(epoch, events) {
      const last = events.at(-1)
      if (last === undefined) return
      completeAfter ??= (events[0]?.offset ?? 1) - 1
      let added = 0
      for (const event of events) added += event.payload.length
      chunks.push({ epoch, events, lastOffset: last.offset, length: added })
      length += added
      trim()
    },
    forget() {
      chunks = []
      length = 0
      completeAfter = undefined
    },
    page({ epochs, schemas, after, limit, maxBytes }) {
      const [begin] = epochs
      const start = Math.max(after, (begin?.firstOffset ?? 1) - 1)
      if (completeAfter === undefined || start < completeAfter) return undefined
      const last = epochs.at(-1)?.lastOffset ?? start
      const ids = new Set(epochs.map((epoch) => epoch.id))
      const found: StoredEvent[] = []
      let bytes = 0
      for (let place = firstAfter(chunks, start); place < chunks.length; place++) {
        const chunk = chunks[place]
        if (chunk === undefined || !ids.has(chunk.epoch)) continue
        for (let at = firstEventAfter(chunk.events, start); at < chunk.events.length; at++) {
          const event = chunk.events[at]
          if (event === undefined || event.offset > last || found.length === limit) return found
          if (!schemas.includes(event.schema)) continue
          bytes += event.payload.length
          if (found.length > 0 && bytes > maxBytes) return found
          found.push(event)
        }
      }
      return found
    },
  }
}

/** Place of the first chunk that ends after an offset. */
function firstAfter(chunks: readonly Chunk[], offset: number): number {
  return lowest(chunks.length, (place) => (chunks[place]?.lastOffset ?? 0) > offset)
}

function firstEventAfter(events: readonly StoredEvent[], offset: number): number {
  return lowest(events.length, (place) => (events[place]?.offset ?? 0) > offset)
}

/** The lowest place below `count` that holds, when all after it do; `count` when none does. */
function lowest(count: number, holds: (place: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
