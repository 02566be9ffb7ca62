import type { BehindPosition, PositionQuestion } from './behind-position.ts'
import type { Operation } from './event.ts'

/** What the window asks of the stored events. All parts must hold; an absent part holds always. */
export interface EventFilter {
  /** Public schema ids. */
  readonly schemas?: readonly string[]
  readonly operations?: readonly Operation[]
  /** A value of the public row key, as text: `42` finds `[42]` and `["42"]`. */
  readonly key?: string
  /** Occurs in the payload. */
  readonly text?: string
  /** Received at or after, before; ms since 1970. */
  readonly since?: number
  readonly until?: number
}

/** A row of the table; without the payload, which is fetched for the one that is opened. */
export interface EventRow {
  readonly offset: number
  readonly schema: string
  readonly operation: Operation
  /** JSON array. */
  readonly key: string
  /** Names of columns that differ from the row before; empty for inserts and deletes. */
  readonly changed: readonly string[]
  /** Bytes of the payload. */
  readonly size: number
  readonly epoch: number
  readonly receivedAt: number
  readonly kind: 'live' | 'catch-up' | 'backfill'
}

export interface EventDetail extends EventRow {
  readonly payload: string
  /** Uuid of the event store: without it the offset means nothing. */
  readonly store: string
  /** The row before, `undefined` for the first and where history no longer has it. */
  readonly before: string | undefined
  readonly source: string
  readonly lsn: string
  /** Events of the same epoch, the same source state. */
  readonly epochEvents: number
  readonly storedAt: number
}

export interface EventPageRequest {
  readonly filter: EventFilter
  /** Exclusive; newest first from here. `undefined`: from the newest. */
  readonly before?: number
  /** Exclusive lower end, for the live tail. */
  readonly after?: number
  readonly limit: number
}

export interface EventPageResult {
  /** Newest first. */
  readonly rows: readonly EventRow[]
  /** Whether older ones match; false also when the search gave up at its time limit, see `searchedTo`. */
  readonly more: boolean
  /** Where the next page goes on; pages may be empty while a search goes through many events that do not match. */
  readonly searchedTo: number | undefined
  /** Of what is before this, only rows that were still the last word then; absent: everything is there. */
  readonly historyFrom?: HistoryStart
}

/** Where the history of what is asked for begins: of several sources, where all of them are complete. */
export interface HistoryStart {
  readonly offset: number
  /** Of the first epoch from there on, ms since 1970. */
  readonly receivedAt: number | undefined
}

export interface Histogram {
  readonly from: number
  readonly to: number
  /** Events in each of the equal parts of the time between. */
  readonly counts: readonly number[]
}

/** Reads the event store beside its writer and never blocks it: another connection, read-only, no read over 100 ms. */
export interface EventReader {
  /** Uuid of the event store. */
  readonly store: string
  page(request: EventPageRequest): EventPageResult
  detail(offset: number): EventDetail | undefined
  /** What a consumer would get that begins behind a position; `undefined` where nothing of its public schema is known. */
  behind(question: PositionQuestion): BehindPosition | undefined
  histogram(filter: EventFilter, from: number, to: number, buckets: number): Histogram
  close(): void
}
