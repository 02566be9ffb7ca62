import { createStore } from 'zustand/vanilla'
import type { EventDetailView, EventRowView, FailureView } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { TailBatch } from '../bridge/stream.ts'
import type { EventFilter } from '../text/filter-language.ts'
import { matchesFilter } from '../text/matches-filter.ts'

export interface EventsState {
  readonly filter: EventFilter
  /** Newest first, without a gap between first and last. */
  readonly rows: readonly EventRowView[]
  readonly loading: 'none' | 'first' | 'older'
  /** Whether older ones may match. */
  readonly more: boolean
  /** Where the search goes on; it may have stopped in the middle. */
  readonly searchedTo: number | undefined
  readonly failure: FailureView | undefined
  readonly tail: 'live' | 'paused'
  /** Newer events that are held back while the tail is paused. `atLeast`: the filter could not be asked for all. */
  readonly held: { readonly count: number; readonly atLeast: boolean }
  readonly selected: number | undefined
  readonly detail: EventDetailView | undefined
  readonly detailFailure: FailureView | undefined
}

export interface EventsStore {
  readonly store: ReturnType<typeof createEventsState>
  /** Another filter: what was there goes. */
  filter(filter: EventFilter): void
  /** Reads from the newest again, and follows. */
  refresh(): void
  older(): void
  pause(): void
  select(offset: number | undefined): void
  /** New events from the stream; `done` asks for the next batch. */
  receive(batch: TailBatch, done: () => void): void
  /** Another workspace. */
  forget(): void
}

const pageRows = 200
/** While following, what has scrolled far out is let go: it can be read again. */
const maxFollowedRows = 2_000
/** While reading back: about 20 MB. */
const maxRows = 100_000
/** A table that changes five times a second can be looked at; a faster one only flickers. */
const nextBatchMs = 200

const empty: EventsState = {
  filter: {},
  rows: [],
  loading: 'none',
  more: false,
  searchedTo: undefined,
  failure: undefined,
  tail: 'live',
  held: { count: 0, atLeast: false },
  selected: undefined,
  detail: undefined,
  detailFailure: undefined,
}

const createEventsState = () => createStore<EventsState>(() => empty)

export function createEventsStore(invoke: Invoke): EventsStore {
  const store = createEventsState()
  /** Answers to earlier questions are dropped. */
  let turn = 0
  /** The tail starts a little after or before the first page was read: the first batch closes the gap by a question. */
  let gap = true

  async function readFirst(): Promise<void> {
    const mine = ++turn
    gap = true
    const { filter } = store.getState()
    store.setState({ loading: 'first', failure: undefined, tail: 'live', held: empty.held })
    const result = await invoke('events.page', { filter, limit: pageRows })
    if (mine !== turn) return
    if (!result.ok) return store.setState({ loading: 'none', failure: result.failure, rows: [], more: false })
    const { rows, more, searchedTo } = result.value
    store.setState({ rows, more: more || searchedTo !== undefined, searchedTo, loading: 'none' })
  }

  async function readOlder(): Promise<void> {
    const { loading, more, rows, searchedTo, filter } = store.getState()
    const before = searchedTo ?? rows.at(-1)?.offset
    if (loading !== 'none' || !more || before === undefined || rows.length >= maxRows) return
    const mine = turn
    store.setState({ loading: 'older', failure: undefined })
    const result = await invoke('events.page', { filter, before, limit: pageRows })
    if (mine !== turn) return
    if (!result.ok) return store.setState({ loading: 'none', failure: result.failure })
    const page = result.value
    // Follows may have let go what stood at the end meanwhile; then this page is no longer next to it.
    const end = store.getState().rows.at(-1)?.offset
    const fits = end === undefined || end >= before
    store.setState({
      loading: 'none',
      ...(fits
        ? {
            rows: [...store.getState().rows, ...page.rows],
            more: page.more || page.searchedTo !== undefined,
            searchedTo: page.searchedTo,
          }
        : {}),
    })
  }

  /** Everything newer than the first row, asked of the store: the tail had a gap, or its rows alone cannot say. */
  async function readNewer(): Promise<void> {
    const { filter, rows } = store.getState()
    const after = rows[0]?.offset
    const mine = turn
    const result = await invoke(
      'events.page',
      after === undefined ? { filter, limit: pageRows } : { filter, after, limit: pageRows },
    )
    if (mine !== turn || !result.ok || store.getState().tail !== 'live') return
    const page = result.value
    const newer = page.rows.filter(({ offset }) => after === undefined || offset > after)
    const whole = after === undefined || page.more || page.searchedTo !== undefined
    if (whole)
      store.setState({ rows: newer, more: page.more || page.searchedTo !== undefined, searchedTo: page.searchedTo })
    else putInFront(newer)
  }

  function putInFront(newer: readonly EventRowView[]): void {
    if (newer.length === 0) return
    const { rows, more, searchedTo } = store.getState()
    const all = [...newer, ...rows]
    if (all.length <= maxFollowedRows) store.setState({ rows: all })
    else store.setState({ rows: all.slice(0, maxFollowedRows), more: true, searchedTo: more ? undefined : searchedTo })
  }

  async function take(batch: TailBatch): Promise<void> {
    const { filter, tail, held, rows, loading } = store.getState()
    if (loading === 'first') return
    const newest = rows[0]?.offset ?? -1
    const fresh = batch.rows.filter(({ offset }) => offset > newest)
    const verdicts = fresh.map((row) => matchesFilter(row, filter))
    const matching = fresh.filter((_, index) => verdicts[index] !== false)
    const filtered = Object.keys(filter).length > 0
    if (tail === 'paused') {
      const unknown = (filtered && batch.skipped > 0) || verdicts.includes(undefined)
      const count = matching.length + (filtered ? 0 : batch.skipped)
      store.setState({ held: { count: held.count + count, atLeast: held.atLeast || unknown } })
      gap = true
      return
    }
    const ask = gap || batch.skipped > 0 || verdicts.includes(undefined)
    gap = false
    if (ask) await readNewer()
    else putInFront(matching)
  }

  async function readDetail(offset: number): Promise<void> {
    const result = await invoke('events.detail', { offset })
    if (store.getState().selected !== offset) return
    if (result.ok) store.setState({ detail: result.value, detailFailure: undefined })
    else store.setState({ detail: undefined, detailFailure: result.failure })
  }

  return {
    store,
    filter(filter) {
      store.setState({ filter, rows: [], more: false, searchedTo: undefined })
      void readFirst()
    },
    refresh: () => void readFirst(),
    older: () => void readOlder(),
    pause: () => store.setState({ tail: 'paused' }),
    select(offset) {
      if (offset === undefined)
        return store.setState({ selected: undefined, detail: undefined, detailFailure: undefined })
      // The old detail stays until the new one is there: no flicker while a person walks down the rows.
      store.setState({ selected: offset, detailFailure: undefined })
      void readDetail(offset)
    },
    receive(batch, done) {
      void take(batch).finally(() => setTimeout(done, nextBatchMs))
    },
    forget() {
      turn += 1
      store.setState({ ...empty, filter: store.getState().filter })
    },
  }
}
