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

interface RecentEvent {
  readonly epoch: number
  readonly event: StoredEvent
}

export function keepRecentEvents(): RecentEvents {
  let kept: RecentEvent[] = []
  let first = 0
  let length = 0
  /** Every event after this offset is kept. */
  let completeAfter: number | undefined

  const trim = (): void => {
    while (length > keptLength && first < kept.length) {
      const oldest = kept[first]
      if (oldest === undefined) break
      length -= oldest.event.payload.length
      completeAfter = oldest.event.offset
      first += 1
    }
    if (first > 4_096 && first * 2 > kept.length) {
      kept = kept.slice(first)
      first = 0
    }
  }

  return {
    add(epoch, events) {
      if (events.length === 0) return
      completeAfter ??= (events[0]?.offset ?? 1) - 1
      for (const event of events) {
        kept.push({ epoch, event })
        length += event.payload.length
      }
      trim()
    },
    forget() {
      kept = []
      first = 0
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
      for (let place = placeAfter(kept, first, start as Offset); place < kept.length; place++) {
        const { epoch, event } = kept[place] ?? {}
        if (event === undefined || event.offset > last || found.length === limit) break
        if (epoch === undefined || !ids.has(epoch) || !schemas.includes(event.schema)) continue
        bytes += event.payload.length
        if (found.length > 0 && bytes > maxBytes) break
        found.push(event)
      }
      return found
    },
  }
}

/** The first place, from `first` on, whose offset is greater; offsets grow. */
function placeAfter(kept: readonly RecentEvent[], first: number, after: Offset): number {
  let low = first
  let high = kept.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((kept[middle]?.event.offset ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}
