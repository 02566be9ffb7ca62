import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { AppState, Settings } from '../../main/contract/contract.ts'
import type { Invoke } from '../bridge/invoke.ts'
import type { CommandRegistry } from '../commands/registry.ts'
import type { Actions } from './actions.ts'
import type { AppStore } from './app-store.ts'
import type { CollectState, CollectStore } from './collect-store.ts'
import type { EventsState, EventsStore } from './events-store.ts'
import type { ExportState, ExportStore } from './export-store.ts'
import type { FailurePlace, FailureStore } from './failure-store.ts'
import type { FreshnessStore } from './freshness-store.ts'
import type { Layout, LayoutStore } from './layout-store.ts'
import type { OverlayState, OverlayStore } from './overlay-store.ts'
import type { PlanState, PlanStore } from './plan-store.ts'
import type { PublicSchemaEditors } from './public-schema-editors.ts'
import type { Removals, RemovalsState } from './removals.ts'
import type { RepositoryState, RepositoryStore } from './repository-store.ts'
import type { EditedDraft, SchemaDraftsState, SchemaDraftsStore } from './schema-drafts-store.ts'
import type { SchemaReviews, SchemaReviewsState } from './schema-reviews.ts'
import type { SettingsStore } from './settings-store.ts'
import type { SqlEditing, SqlEditingStore } from './sql-editing.ts'
import type { StatusState, StatusStore } from './status-store.ts'
import type { TablesState, TablesStore } from './tables-store.ts'
import type { Tabs } from './tabs.ts'
import type { TeamsState, TeamsStore } from './teams-store.ts'
import type { WizardState } from './wizard-state.ts'
import type { WizardStore } from './wizard-store.ts'

/** All that the window knows and can do; made once, in `renderer.tsx`. */
export interface Program {
  readonly version: string
  readonly platform: string
  readonly invoke: Invoke
  readonly app: AppStore
  readonly status: StatusStore
  readonly events: EventsStore
  readonly collecting: CollectStore
  readonly exporting: ExportStore
  readonly freshness: FreshnessStore
  readonly layout: LayoutStore
  readonly tables: TablesStore
  readonly settings: SettingsStore
  readonly failures: FailureStore
  readonly overlay: OverlayStore
  readonly plan: PlanStore
  readonly repository: RepositoryStore
  readonly teams: TeamsStore
  readonly wizard: WizardStore
  readonly schemaDrafts: SchemaDraftsStore
  readonly removals: Removals
  readonly schemaReviews: SchemaReviews
  readonly publicEditors: PublicSchemaEditors
  readonly sqlEditing: SqlEditingStore
  readonly tabs: Tabs
  readonly actions: Actions
  readonly commands: CommandRegistry
}

export const ProgramContext = createContext<Program | undefined>(undefined)

export function useProgram(): Program {
  const program = useContext(ProgramContext)
  if (program === undefined) throw new Error('Cannot use the program: no ProgramContext around')
  return program
}

export const useApp = <T>(select: (state: AppState) => T): T => useStore(useProgram().app, select)
export const useStatus = <T>(select: (state: StatusState) => T): T => useStore(useProgram().status.store, select)
export const useEvents = <T>(select: (state: EventsState) => T): T => useStore(useProgram().events.store, select)
export const useCollect = <T>(select: (state: CollectState) => T): T => useStore(useProgram().collecting.store, select)
export const useExport = <T>(select: (state: ExportState) => T): T => useStore(useProgram().exporting.store, select)
export const useTeams = <T>(select: (state: TeamsState) => T): T => useStore(useProgram().teams.store, select)
export const usePlan = <T>(select: (state: PlanState) => T): T => useStore(useProgram().plan.store, select)
export const useLastEvent = (schema: string) =>
  useStore(useProgram().freshness.store, (state) => state.last.get(schema))
export const useTables = <T>(select: (state: TablesState) => T): T => useStore(useProgram().tables.store, select)
export const useLayout = <T>(select: (state: Layout) => T): T => useStore(useProgram().layout.store, select)
export const useSettings = <T>(select: (state: Settings) => T): T => useStore(useProgram().settings.store, select)
export const useFailure = (place: FailurePlace) => useStore(useProgram().failures.store, (state) => state[place])
export const useRepository = <T>(select: (state: RepositoryState) => T): T =>
  useStore(useProgram().repository.store, select)
export const useOverlay = <T>(select: (state: OverlayState) => T): T => useStore(useProgram().overlay, select)
/** Of the form that is open; `undefined` while none is. */
export const useWizard = <T>(select: (state: WizardState) => T): T | undefined =>
  useStore(useProgram().wizard.store, ({ now }) => (now === undefined ? undefined : select(now)))
export const useSchemaDrafts = <T>(select: (state: SchemaDraftsState) => T): T =>
  useStore(useProgram().schemaDrafts.store, select)
export const useRemovals = <T>(select: (state: RemovalsState) => T): T => useStore(useProgram().removals.store, select)
/** `undefined` where it was applied or discarded. */
export const useSchemaDraft = (id: string): EditedDraft | undefined => useSchemaDrafts(({ drafts }) => drafts[id])
export const useSqlEditing = <T>(select: (state: SqlEditing) => T): T => useStore(useProgram().sqlEditing.store, select)
export const useSchemaReviews = <T>(select: (state: SchemaReviewsState) => T): T =>
  useStore(useProgram().schemaReviews.store, select)
