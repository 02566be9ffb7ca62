import { createStore } from 'zustand/vanilla'
import type { EngineStatus } from '../../sync-core/domain/status.ts'
import { createHistory, type History, ratePerSecond } from './history.ts'
import { consumerLagMs } from './object-state.ts'

export interface StatusState {
  readonly status: EngineStatus | undefined
  /** Rows or events per second of the last second, by the keys of `statesOf`; and `total`. */
  readonly rates: ReadonlyMap<string, number>
  /** Since when this window has seen an object in the state it is in, ms since 1970. */
  readonly since: ReadonlyMap<string, { readonly state: string; readonly at: number }>
}

export interface StatusStore {
  readonly store: ReturnType<typeof createStatusState>
  /** 15 minutes of an object; the same object for the life of the key. */
  history(key: string): History
  receive(status: EngineStatus): void
  /** Another workspace, or a new engine: what was measured is of no use. */
  forget(): void
}

const createStatusState = () =>
  createStore<StatusState>(() => ({ status: undefined, rates: new Map(), since: new Map() }))

/** Turns statuses, whose counters only grow, into rates and into history. */
export function createStatusStore(): StatusStore {
  const store = createStatusState()
  const histories = new Map<string, History>()
  const history = (key: string): History => {
    const known = histories.get(key)
    if (known !== undefined) return known
    const made = createHistory()
    histories.set(key, made)
    return made
  }

  return {
    store,
    history,
    receive(status) {
      const before = store.getState()
      const again = before.status?.startedAt === status.startedAt ? before.status : undefined
      const now = countersOf(status)
      const then = again === undefined ? undefined : countersOf(again)
      const betweenMs = again === undefined ? 0 : status.at - again.at
      const rates = new Map<string, number>()
      for (const [key, { count, lagMs }] of now) {
        const rate = ratePerSecond(then?.get(key)?.count ?? count, count, betweenMs)
        rates.set(key, rate)
        if (again !== undefined) history(key).push(rate, lagMs)
      }
      store.setState({ status, rates, since: sinceWhen(before.since, status) })
    },
    forget() {
      histories.clear()
      store.setState({ status: undefined, rates: new Map(), since: new Map() })
    },
  }
}

interface Counter {
  readonly count: number
  readonly lagMs: number
}

function countersOf(status: EngineStatus): Map<string, Counter> {
  const counters = new Map<string, Counter>()
  for (const { id, rowChanges, lagMs } of status.sources) counters.set(`connection:${id}`, { count: rowChanges, lagMs })
  for (const { id, events } of status.publicSchemas) counters.set(`schema:${id}`, { count: events, lagMs: 0 })
  let applied = 0
  for (const consumer of status.consumers) {
    applied += consumer.rowsApplied
    counters.set(`consumer:${consumer.id}`, {
      count: consumer.rowsApplied,
      lagMs: consumerLagMs(consumer) ?? consumer.lagMs,
    })
  }
  counters.set('total', { count: applied, lagMs: 0 })
  return counters
}

function sinceWhen(before: StatusState['since'], { at, sources, consumers }: EngineStatus): StatusState['since'] {
  const since = new Map<string, { readonly state: string; readonly at: number }>()
  const note = (key: string, state: string) => {
    const known = before.get(key)
    since.set(key, known?.state === state ? known : { state, at })
  }
  for (const { id, state } of sources) note(`connection:${id}`, state)
  for (const { id, state } of consumers) note(`consumer:${id}`, state)
  return since
}
