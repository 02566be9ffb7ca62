import { createStore } from 'zustand/vanilla'
import type { Invoke } from '../bridge/invoke.ts'
import type { StatusStore } from './status-store.ts'

/** When the last event of each public schema was stored, ms since 1970; `null`: none is. Unknown ones are absent. */
export type Freshness = ReadonlyMap<string, number | null>

export interface FreshnessStore {
  readonly store: ReturnType<typeof createFreshnessState>
  /** Looks up those that are not known yet, one after the other. */
  look(schemas: readonly string[]): void
  /** Another workspace. */
  forget(): void
}

const createFreshnessState = () => createStore<{ readonly last: Freshness }>(() => ({ last: new Map() }))

/**
 * Asks the event store once for each public schema. From then on the status says it by itself: a counter that has grown
 * since the status before had its last event in that second.
 */
export function createFreshnessStore({ invoke, status }: { invoke: Invoke; status: StatusStore }): FreshnessStore {
  const store = createFreshnessState()
  const waiting = new Set<string>()
  let turn = 0
  let asking = false

  const put = (entries: Iterable<readonly [string, number | null]>) =>
    store.setState(({ last }) => ({ last: new Map([...last, ...entries]) }))

  const ask = async () => {
    if (asking) return
    asking = true
    for (const schema of waiting) {
      const mine = turn
      const result = await invoke('events.page', { filter: { schemas: [schema] }, limit: 1 })
      waiting.delete(schema)
      if (mine !== turn || !result.ok || store.getState().last.has(schema)) continue
      const { rows, more, searchedTo } = result.value
      // A search that gave up before the end has not shown that there is none.
      if (rows[0] !== undefined || (!more && searchedTo === undefined)) put([[schema, rows[0]?.receivedAt ?? null]])
    }
    asking = false
  }

  status.store.subscribe(({ status: now }, { status: before }) => {
    if (now === undefined || before === undefined || now === before || now.startedAt !== before.startedAt) return
    const counts = new Map(before.publicSchemas.map(({ id, events }) => [id, events]))
    const grown = now.publicSchemas.filter(({ id, events }) => events > (counts.get(id) ?? events))
    if (grown.length > 0) put(grown.map(({ id }) => [id, now.at] as const))
  })

  return {
    store,
    look(schemas) {
      for (const schema of schemas) if (!store.getState().last.has(schema)) waiting.add(schema)
      void ask()
    },
    forget() {
      turn += 1
      waiting.clear()
      store.setState({ last: new Map() })
    },
  }
}
