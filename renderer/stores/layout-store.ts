import { z } from 'zod'
import { createStore } from 'zustand/vanilla'
import type { Invoke } from '../bridge/invoke.ts'
import { type TabId, tabId } from './tab-id.ts'

const selection = z.object({ kind: z.enum(['connection', 'schema', 'consumer', 'store']), id: z.string() })
export type Selection = z.infer<typeof selection>
export const walkSteps = ['sample', 'contract', 'arrive', 'event', 'pause', 'resume'] as const
export type WalkStep = (typeof walkSteps)[number]

/** By what public schemas are told apart in the catalogue, beside words. */
export const facetNames = ['owner', 'store', 'tag', 'version', 'manifest'] as const
export type FacetName = (typeof facetNames)[number]

/** What the window keeps between runs. Each part that does not parse is as if it had never been written. */
const parts = {
  /** The tab that is shown. */
  view: tabId,
  tabs: z.array(tabId).min(1).max(200),
  treeOpen: z.object({
    overview: z.boolean(),
    catalogue: z.boolean(),
    connections: z.boolean(),
    connection: z.boolean().default(true),
    events: z.boolean(),
    changes: z.boolean(),
    public: z.boolean().default(true),
    consumer: z.boolean().default(true),
  }),
  /** The form of a connection that is open in its tab, by the draft's id. */
  draft: z.string().max(100).nullable(),
  inspectorOpen: z.boolean(),
  treeWidth: z.number().min(180).max(360),
  inspectorWidth: z.number().min(280).max(560),
  eventInspectorWidth: z.number().min(280).max(560),
  catalogueInspectorWidth: z.number().min(280).max(560),
  contractWidth: z.number().min(280).max(560),
  closedGroups: z.array(z.string()).max(1_000),
  selection: selection.nullable(),
  overviewMode: z.enum(['graph', 'list']),
  inspectorTab: z.enum(['overview', 'sql']),
  eventFilter: z.string().max(2_000),
  catalogueTab: z.enum(['schemas', 'tables']),
  catalogueSearch: z.string().max(500),
  /** Values that are chosen; of each facet one of them must hold. */
  catalogueFacets: z.partialRecord(z.enum(facetNames), z.array(z.string()).max(100)),
  catalogueSection: z.enum(['contract', 'lineage', 'versions', 'consumers', 'rows']),
  tableSearch: z.string().max(500),
  /** Of the commit that is being written. */
  commitMessage: z.string().max(100_000),
  /** Camera of the graph by workspace. */
  cameras: z.record(z.string(), z.object({ x: z.number(), y: z.number(), zoom: z.number() })),
  /** When each step of the first walk really happened, ms since 1970. */
  walk: z.partialRecord(z.enum(walkSteps), z.number()),
  /** Of workspaces of one's own, by the path of the manifest; times are ms since 1970. */
  ownSteps: z.record(
    z.string(),
    z.object({
      beganEmpty: z.boolean().exactOptional(),
      arrivedAt: z.number().exactOptional(),
      committedAt: z.number().exactOptional(),
      /** As a person said: the list stays, or is put away. */
      shown: z.boolean().exactOptional(),
    }),
  ),
} as const

export type Layout = { [K in keyof typeof parts]: z.infer<(typeof parts)[K]> }

export const initialLayout: Layout = {
  view: 'overview',
  tabs: ['overview', 'catalogue', 'connections', 'events', 'changes'],
  treeOpen: {
    overview: true,
    catalogue: false,
    connections: true,
    connection: true,
    events: false,
    changes: false,
    public: true,
    consumer: true,
  },
  draft: null,
  inspectorOpen: true,
  treeWidth: 212,
  inspectorWidth: 312,
  eventInspectorWidth: 400,
  catalogueInspectorWidth: 400,
  contractWidth: 340,
  closedGroups: [],
  selection: null,
  overviewMode: 'graph',
  inspectorTab: 'overview',
  eventFilter: '',
  catalogueTab: 'schemas',
  catalogueSearch: '',
  catalogueFacets: {},
  catalogueSection: 'contract',
  tableSearch: '',
  commitMessage: '',
  cameras: {},
  walk: {},
  ownSteps: {},
}

export interface LayoutStore {
  readonly store: ReturnType<typeof createLayoutState>
  /** Shows at once, and is on disk within a second. */
  change(patch: Partial<Layout>): void
  open(tab: TabId): void
  /** The one before it is shown again. The overview takes the place of the last one. */
  close(tab: TabId): void
  /** Shows the tab beside the one that is shown, round and round. */
  step(by: 1 | -1): void
  select(selection: Selection | undefined): void
  ticked(step: WalkStep): void
  /** Writes what is not written yet. */
  flush(): void
}

const createLayoutState = (initial: Layout) => createStore<Layout>(() => initial)
const writeAfterMs = 400

export function createLayoutStore(deps: { invoke: Invoke; saved: Readonly<Record<string, unknown>> }): LayoutStore {
  const store = createLayoutState(readLayout(deps.saved))
  let unsaved: Partial<Layout> = {}
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (Object.keys(unsaved).length === 0) return
    const layout = unsaved
    unsaved = {}
    void deps.invoke('settings.write', { layout })
  }
  /** Tabs that were shown before, the latest last. */
  let shown: readonly TabId[] = []
  const change = (patch: Partial<Layout>) => {
    const { view } = store.getState()
    if (patch.view !== undefined && patch.view !== view) shown = [...shown.filter((tab) => tab !== view), view]
    store.setState(patch)
    unsaved = { ...unsaved, ...patch }
    timer ??= setTimeout(flush, writeAfterMs)
  }
  window.addEventListener('pagehide', flush)

  return {
    store,
    change,
    flush,
    open(view) {
      const { tabs } = store.getState()
      change(tabs.includes(view) ? { view } : { view, tabs: [...tabs, view] })
    },
    close(view) {
      const { tabs, view: current } = store.getState()
      const index = tabs.indexOf(view)
      const left = tabs.filter((tab) => tab !== view)
      if (index < 0 || (view === 'overview' && left.length === 0)) return
      const next = shown.findLast((tab) => left.includes(tab)) ?? left[Math.min(index, left.length - 1)]
      if (next === undefined) change({ tabs: ['overview'], view: 'overview' })
      else change(view === current ? { tabs: left, view: next } : { tabs: left })
    },
    step(by) {
      const { tabs, view } = store.getState()
      const next = tabs.at((tabs.indexOf(view) + by) % tabs.length)
      if (next !== undefined) change({ view: next })
    },
    select: (selected) =>
      change({ selection: selected ?? null, ...(selected === undefined ? {} : { inspectorOpen: true }) }),
    ticked(step) {
      const { walk } = store.getState()
      if (walk[step] === undefined) change({ walk: { ...walk, [step]: Date.now() } })
    },
  }
}

/** Parses part by part: a file from another version loses only what that version had otherwise. */
export function readLayout(saved: Readonly<Record<string, unknown>>): Layout {
  return {
    view: part('view'),
    tabs: part('tabs'),
    treeOpen: part('treeOpen'),
    draft: part('draft'),
    inspectorOpen: part('inspectorOpen'),
    treeWidth: part('treeWidth'),
    inspectorWidth: part('inspectorWidth'),
    eventInspectorWidth: part('eventInspectorWidth'),
    catalogueInspectorWidth: part('catalogueInspectorWidth'),
    contractWidth: part('contractWidth'),
    closedGroups: part('closedGroups'),
    selection: part('selection'),
    overviewMode: part('overviewMode'),
    inspectorTab: part('inspectorTab'),
    eventFilter: part('eventFilter'),
    catalogueTab: part('catalogueTab'),
    catalogueSearch: part('catalogueSearch'),
    catalogueFacets: part('catalogueFacets'),
    catalogueSection: part('catalogueSection'),
    tableSearch: part('tableSearch'),
    commitMessage: part('commitMessage'),
    cameras: part('cameras'),
    walk: part('walk'),
    ownSteps: part('ownSteps'),
  }
  function part<K extends keyof Layout>(name: K): Layout[K] {
    const parsed = parts[name].safeParse(saved[name])
    // The schema of that very name.
    return parsed.success ? (parsed.data as Layout[K]) : initialLayout[name]
  }
}
