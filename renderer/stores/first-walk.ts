import type { AppStore } from './app-store.ts'
import type { EventsStore } from './events-store.ts'
import type { LayoutStore, WalkStep } from './layout-store.ts'
import type { StatusStore } from './status-store.ts'

/** The steps that this program can tick by itself today, in the order a newcomer meets them. */
export const firstWalk: readonly { readonly id: WalkStep; readonly title: string; readonly how: string }[] = [
  { id: 'sample', title: 'Open the sample workspace', how: 'Two databases, one contract, live in seconds' },
  { id: 'contract', title: 'Read a contract', how: 'Select a public schema, then its SQL' },
  { id: 'arrive', title: 'Watch a change arrive', how: 'A row leaves one database and reaches the other' },
  { id: 'event', title: 'Look at one change', how: 'Before and after, and who has it already' },
  { id: 'pause', title: 'Pause a consumer', how: 'Changes wait for it, the others go on' },
  { id: 'resume', title: 'Let it catch up', how: 'Resume it, and nothing is missing' },
]

/** Ticks each step when it really happens. */
export function watchFirstWalk(deps: {
  app: AppStore
  status: StatusStore
  events: EventsStore
  layout: LayoutStore
}): void {
  const { app, status, events, layout } = deps
  /** Consumers that were seen to wait with something to catch up on. */
  const waited = new Set<string>()

  app.subscribe(({ workspace, sample }) => {
    if (workspace?.summary.sample === true && sample.state === 'running') layout.ticked('sample')
  })
  events.store.subscribe(({ detail }) => {
    if (detail !== undefined) layout.ticked('event')
  })
  layout.store.subscribe(({ selection, inspectorTab, inspectorOpen }) => {
    if (selection?.kind === 'schema' && inspectorTab === 'sql' && inspectorOpen) layout.ticked('contract')
  })
  status.store.subscribe((now) => {
    const { view } = layout.store.getState()
    for (const { id, state, pending } of now.status?.consumers ?? []) {
      const flowed = (now.rates.get(`consumer:${id}`) ?? 0) > 0
      if (flowed && view === 'overview' && document.visibilityState === 'visible') layout.ticked('arrive')
      if (state === 'paused' && pending > 0) {
        waited.add(id)
        layout.ticked('pause')
      }
      if (state === 'streaming' && pending === 0 && waited.has(id)) layout.ticked('resume')
    }
  })
}
