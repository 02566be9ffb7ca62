import './bridge/no-eval.ts'
import './styles/fonts.css'
import './styles/tokens.css'
import './styles/base.css'
import './components/components.css'
import './views/shell/shell.css'
import './styles/forced-colors.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { openBridge } from './bridge/bridge.ts'
import { createInvoke } from './bridge/invoke.ts'
import { createListen } from './bridge/listen.ts'
import { openStream } from './bridge/stream.ts'
import { allowOwnWorkers } from './bridge/trusted-types.ts'
import { createCommands } from './commands/commands.ts'
import { createJumps } from './commands/jumps.ts'
import { createRegistry } from './commands/registry.ts'
import { loadEditorWhenIdle } from './editor/load-editor.ts'
import { createActions } from './stores/actions.ts'
import { createAppStore } from './stores/app-store.ts'
import { createCollectStore } from './stores/collect-store.ts'
import { createEventsStore } from './stores/events-store.ts'
import { createExportStore } from './stores/export-store.ts'
import { createFailureStore } from './stores/failure-store.ts'
import { watchFirstWalk } from './stores/first-walk.ts'
import { createFreshnessStore } from './stores/freshness-store.ts'
import { createLayoutStore } from './stores/layout-store.ts'
import { createOverlayStore } from './stores/overlay-store.ts'
import { watchOwnSteps } from './stores/own-steps.ts'
import { createPlanStore } from './stores/plan-store.ts'
import { type Program, ProgramContext } from './stores/program.ts'
import { createPublicSchemaEditors } from './stores/public-schema-editors.ts'
import { createRemovals } from './stores/removals.ts'
import { createRepositoryStore } from './stores/repository-store.ts'
import { createSchemaDraftsStore } from './stores/schema-drafts-store.ts'
import { createSchemaReviews } from './stores/schema-reviews.ts'
import { createSettingsStore } from './stores/settings-store.ts'
import { createSqlEditing } from './stores/sql-editing.ts'
import { createStatusStore } from './stores/status-store.ts'
import { schemaKinds } from './stores/tab-id.ts'
import { createTablesStore } from './stores/tables-store.ts'
import { createTabs } from './stores/tabs.ts'
import { createTeamsStore } from './stores/teams-store.ts'
import { createWizardStore } from './stores/wizard-store.ts'
import { draftScreens } from './views/shell/draft-screens.ts'
import { Shell } from './views/shell/shell.tsx'

/* The window: what there is and who knows whom. Decisions are elsewhere. */

allowOwnWorkers()
const program = await wire()
const root = document.getElementById('root')
if (root === null) throw new Error('Cannot show the window: #root not found')
createRoot(root).render(
  <StrictMode>
    <ProgramContext value={program}>
      <Shell />
    </ProgramContext>
  </StrictMode>,
)

async function wire(): Promise<Program> {
  const bridge = openBridge()
  const invoke = createInvoke(bridge)
  const listen = createListen(bridge)
  const [info, state, saved] = await Promise.all([
    invoke('app.info', undefined),
    invoke('app.state', undefined),
    invoke('settings.read', undefined),
  ])
  const initialSettings = saved.ok ? saved.value : ({ theme: 'system', timeZone: 'local', layout: {} } as const)
  const settings = createSettingsStore({ invoke, listen, initial: initialSettings })
  const layout = createLayoutStore({ invoke, saved: initialSettings.layout })
  const app = createAppStore({
    listen,
    initial: state.ok
      ? state.value
      : {
          engine: { state: 'idle' },
          sample: { state: 'stopped', writer: 'running', rate: 0 },
          recent: [],
          drafts: [],
          schemaDrafts: [],
          changedFiles: [],
          outdated: false,
          vault: { encrypts: false, keeper: '' },
        },
  })
  const status = createStatusStore()
  const events = createEventsStore(invoke)
  const freshness = createFreshnessStore({ invoke, status })
  const tables = createTablesStore(invoke)
  const collecting = createCollectStore(invoke)
  const exporting = createExportStore(invoke)
  const plan = createPlanStore(invoke)
  const teams = createTeamsStore(invoke)
  const failures = createFailureStore()
  const overlay = createOverlayStore()
  const repository = createRepositoryStore({ invoke, failures })
  const actions = createActions({ invoke, failures })
  const wizard = createWizardStore({ invoke, listen, app, layout, actions })
  const schemaDrafts = createSchemaDraftsStore({ invoke, app })
  const publicEditors = createPublicSchemaEditors({ invoke, drafts: schemaDrafts })
  const sqlEditing = createSqlEditing()
  const tabs = createTabs({ app, layout, failures, drafts: schemaDrafts, wizard })
  const removals = createRemovals({ invoke, actions })
  const schemaReviews = createSchemaReviews({ invoke, drafts: schemaDrafts, layout, tabs, app, status })

  const stream = openStream(bridge, {
    onStatus: status.receive,
    onTail: events.receive,
    onOpen: () => {
      // Whoever reads further back is not thrown to the top because a core was started.
      if (events.store.getState().tail === 'live') events.refresh()
    },
  })
  // What changed between the first question and the first listening would be missed.
  void invoke('app.state', undefined).then((result) => {
    if (result.ok) app.setState(result.value, true)
  })
  app.subscribe((now, before) => {
    if (now.workspace?.summary.path === before.workspace?.summary.path) return
    wizard.forget()
    status.forget()
    freshness.forget()
    repository.forget()
    collecting.close()
    exporting.close()
    plan.forget()
    teams.close()
    tables.forget()
    events.forget()
    events.refresh()
  })
  app.subscribe((now, before) => {
    if (now.engine.state === 'running' && before.engine.state !== 'running') failures.forgetConsumers()
  })
  const followEvents = () =>
    stream.tail(layout.store.getState().view === 'events' && app.getState().workspace !== undefined)
  layout.store.subscribe(followEvents)
  app.subscribe(followEvents)
  followEvents()
  let isEditorWished = false
  const wishEditor = () => {
    if (isEditorWished || app.getState().workspace === undefined) return
    isEditorWished = true
    loadEditorWhenIdle()
  }
  app.subscribe(wishEditor)
  wishEditor()
  watchFirstWalk({ app, status, events, layout })
  watchOwnSteps({ app, status, repository, layout })

  const editable = new Set(schemaKinds.filter((kind) => draftScreens[kind] !== undefined))
  const stores = {
    app,
    status,
    events,
    layout,
    settings,
    overlay,
    repository,
    collecting,
    exporting,
    plan,
    teams,
    wizard,
    schemaDrafts,
  }
  const deps = { ...stores, actions, tabs, removals, sqlEditing, editable }
  const commands = createRegistry({ fixed: createCommands(deps), jumps: createJumps(deps), platform: bridge.platform })
  listen('command.run', ({ id }) => {
    commands.run(id)
  })
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !commands.press(event)) return
    // The system's menu has some of the same keys: what was handled here must not happen twice.
    event.preventDefault()
  })

  return {
    version: info.ok ? info.value.version : '',
    platform: bridge.platform,
    invoke,
    app,
    status,
    events,
    collecting,
    exporting,
    plan,
    teams,
    freshness,
    layout,
    tables,
    settings,
    failures,
    overlay,
    repository,
    wizard,
    schemaDrafts,
    removals,
    schemaReviews,
    publicEditors,
    sqlEditing,
    tabs,
    actions,
    commands,
  }
}
