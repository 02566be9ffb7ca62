import type { Operation, StoredEvent } from '../domain/event.ts'
import type { EventPage } from '../domain/event-store.ts'
import { type Offset, toOffset } from '../domain/offset.ts'

/** Mostly one byte each: some seconds of a busy source, so that a large epoch is still here when its destination comes to it. */
const keptLength = 12 * 1024 * 1024
/** Where rows are wide a chunk is one of these, so that it is never the size of a whole write. */
const packedLength = 1024 * 1024

/**
 * The events that were written last, as they were written. A consumer that keeps up reads its page from here: reading
 * back from the file what was there a moment ago was a fifth of the engine's work.
 *
 * Only what is on disk is kept, and it is forgotten whole whenever something is taken back.
 */
export interface RecentEvents {
  /** Events that were written together, so that their offsets follow one another. */
  add(epoch: number, events: readonly StoredEvent[]): void
  forget(): void
  /** The page, or `undefined` when its beginning is no longer, or not, kept. */
  page(page: EventPage): readonly StoredEvent[] | undefined
}

export function keepRecentEvents(): RecentEvents {
  let chunks: Chunk[] = []
  let length = 0
  /** Every event after this offset is kept. */
  let completeAfter: number | undefined
  let unpacked: { readonly chunk: Chunk; readonly events: readonly StoredEvent[] } | undefined

  const trim = (): void => {
    let gone = 0
    for (const chunk of chunks) {
      if (length <= keptLength) break
      length -= lengthOf(chunk)
      completeAfter = chunk.lastOffset
      gone += 1
    }
    if (gone > 0) chunks = chunks.slice(gone)
  }

  /** A page mostly ends within a chunk, and the next one begins there. */
  const eventsOf = (chunk: Chunk): readonly StoredEvent[] => {
    if (unpacked?.chunk !== chunk) unpacked = { chunk, events: unpack(chunk) }
    return unpacked.events
  }

  return {
    add(epoch, events) {
      const [first] = events
      if (first === undefined) return
      completeAfter ??= first.offset - 1
      for (const chunk of pack(epoch, events)) {
        chunks.push(chunk)
        length += lengthOf(chunk)
        trim()
      }
    },
    forget() {
      chunks = []
      length = 0
      completeAfter = undefined
      unpacked = undefined
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
        if (chunk === undefined || chunk.firstOffset > last) break
        if (!ids.has(chunk.epoch) || !schemas.includes(chunk.schema)) continue
        const events = eventsOf(chunk)
        for (let at = Math.max(0, start + 1 - chunk.firstOffset); at < events.length; at++) {
          const event = events[at]
          if (event === undefined || event.offset > last || found.length === limit) return found
          bytes += event.payload.length
          if (found.length > 0 && bytes > maxBytes) return found
          found.push(event)
        }
      }
      return found
    },
  }
}

/**
 * Consecutive events of one public schema. Their texts are kept as one each: small objects that live for seconds, by the
 * hundred thousand, are what garbage collection takes most time and memory for.
 */
interface Chunk {
  readonly epoch: number
  readonly schema: string
  readonly firstOffset: number
  readonly lastOffset: Offset
  readonly operations: readonly Operation[]
  readonly keys: string
  readonly payloads: string
}

/** Stands neither in JSON nor in any text of Postgres. */
const separator = '\0'

function* pack(epoch: number, events: readonly StoredEvent[]): Generator<Chunk> {
  for (let start = 0; start < events.length; ) {
    const { schema = '', offset = 0 } = events[start] ?? {}
    let end = start + 1
    let packed = events[start]?.payload.length ?? 0
    for (; events[end]?.schema === schema && packed < packedLength; end++) packed += events[end]?.payload.length ?? 0
    const own = events.slice(start, end)
    yield {
      epoch,
      schema,
      firstOffset: offset,
      lastOffset: toOffset(offset + own.length - 1),
      operations: own.map((event) => event.operation),
      keys: own.map((event) => event.key).join(separator),
      payloads: own.map((event) => event.payload).join(separator),
    }
    start = end
  }
}

function unpack({ schema, firstOffset, operations, keys, payloads }: Chunk): readonly StoredEvent[] {
  const keyOf = keys.split(separator)
  const payloadOf = payloads.split(separator)
  return operations.map((operation, place) => {
    const offset = toOffset(firstOffset + place)
    return { offset, schema, operation, key: keyOf[place] ?? '', payload: payloadOf[place] ?? '' }
  })
}

function lengthOf({ keys, payloads }: Chunk): number {
  return keys.length + payloads.length
}

/** Place of the first chunk that ends after an offset. */
function firstAfter(chunks: readonly Chunk[], offset: number): number {
  let low = 0
  let high = chunks.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chunks[middle]?.lastOffset ?? 0) > offset) high = middle
    else low = middle + 1
  }
  return low
}
