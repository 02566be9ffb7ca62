import { type Command as SharedCommand, commands as shared } from '../../main/contract/commands.ts'
import type { ConnectionView } from '../../main/contract/contract.ts'
import type { Actions } from '../stores/actions.ts'
import type { AppStore } from '../stores/app-store.ts'
import type { CollectStore } from '../stores/collect-store.ts'
import type { EventsStore } from '../stores/events-store.ts'
import type { ExportStore } from '../stores/export-store.ts'
import type { LayoutStore } from '../stores/layout-store.ts'
import type { OverlayState, OverlayStore } from '../stores/overlay-store.ts'
import { rememberStep, showsSteps } from '../stores/own-steps.ts'
import type { PlanStore } from '../stores/plan-store.ts'
import type { RepositoryStore } from '../stores/repository-store.ts'
import type { SettingsStore } from '../stores/settings-store.ts'
import type { StatusStore } from '../stores/status-store.ts'
import { screenOf, type ViewId } from '../stores/tab-id.ts'
import type { TeamsStore } from '../stores/teams-store.ts'
import type { WizardStore } from '../stores/wizard-store.ts'
import type { Command } from './registry.ts'
import { createSchemaCommands, type SchemaCommandDeps } from './schema-commands.ts'

export interface CommandDeps extends SchemaCommandDeps {
  readonly app: AppStore
  readonly status: StatusStore
  readonly events: EventsStore
  readonly layout: LayoutStore
  readonly settings: SettingsStore
  readonly overlay: OverlayStore
  readonly repository: RepositoryStore
  readonly collecting: CollectStore
  readonly exporting: ExportStore
  readonly plan: PlanStore
  readonly teams: TeamsStore
  readonly wizard: WizardStore
  readonly actions: Actions
}

/** All that never changes. Title and keys of what the menu has too come from the one list that both share. */
export function createCommands(deps: CommandDeps): readonly Command[] {
  const {
    app,
    actions,
    layout,
    overlay,
    settings,
    events,
    repository,
    collecting,
    exporting,
    plan,
    teams,
    wizard,
    tabs,
  } = deps
  const workspace = () => app.getState().workspace
  const isOpen = () => workspace() !== undefined
  const isSample = () => workspace()?.summary.sample === true
  const engine = () => app.getState().engine.state
  const on = (view: ViewId) => () => isOpen() && layout.store.getState().view === view
  const wish = (id: OverlayState['wish']['id']) => () =>
    overlay.setState(({ wish: { turn } }) => ({ wish: { id, turn: turn + 1 } }))
  const consumer = () => selectedConsumer(deps)
  const hasRemote = () => {
    const { answer } = repository.store.getState()
    return answer?.kind === 'repository' && answer.hasGit && answer.hasRemote
  }
  const inWizard = () => isOpen() && layout.store.getState().view === 'connection'
  const edit = (andTest: boolean) => {
    const connection = selectedConnection(deps)
    if (connection === undefined) return
    wizard.edit(connection)
    if (andTest) void wizard.test()
  }
  const remove = () => {
    const connection = selectedConnection(deps)
    if (connection !== undefined) void deps.removals.look({ kind: 'connection', id: connection.id })
  }
  const showCatalogue = (catalogueTab: 'schemas' | 'tables') => {
    layout.change({ catalogueTab })
    layout.open('catalogue')
  }
  const toggleSteps = () => {
    const open = workspace()
    if (open === undefined) return
    const { path } = open.summary
    const shown = !showsSteps(open, layout.store.getState().ownSteps[path])
    rememberStep(layout, path, { shown })
    if (!shown) return
    layout.select(undefined)
    layout.change({ inspectorOpen: true })
    layout.open('overview')
  }
  const toggleTree = () => {
    const { treeOpen, view } = layout.store.getState()
    const screen = screenOf(view)
    layout.change({ treeOpen: { ...treeOpen, [screen]: !treeOpen[screen] } })
  }

  return [
    { ...common('view.overview'), group: 'Go to', enabled: isOpen, run: () => layout.open('overview') },
    { ...common('view.catalogue'), group: 'Go to', enabled: isOpen, run: () => layout.open('catalogue') },
    {
      id: 'catalogue.schemas',
      title: 'Public Schemas',
      group: 'Go to',
      words: 'catalogue datasets contracts',
      enabled: isOpen,
      run: () => showCatalogue('schemas'),
    },
    {
      id: 'catalogue.tables',
      title: 'Tables of the Databases',
      group: 'Go to',
      words: 'catalogue',
      enabled: isOpen,
      run: () => showCatalogue('tables'),
    },
    { ...common('view.connections'), group: 'Go to', enabled: isOpen, run: () => layout.open('connections') },
    { ...common('view.events'), group: 'Go to', enabled: isOpen, run: () => layout.open('events') },
    { ...common('view.changes'), group: 'Go to', enabled: isOpen, run: () => layout.open('changes') },

    {
      ...common('workspace.openSample'),
      group: 'Workspace',
      enabled: () => !isSample(),
      run: () => void actions.openSample(),
    },
    { ...common('workspace.open'), group: 'Workspace', run: () => void actions.choose('folder') },
    { ...common('workspace.openFile'), group: 'Workspace', run: () => void actions.choose('file') },
    { ...common('workspace.create'), group: 'Workspace', run: () => void actions.create() },
    { ...common('workspace.close'), group: 'Workspace', enabled: isOpen, run: () => void actions.closeWorkspace() },
    {
      id: 'workspace.reveal',
      title: 'Show the Manifest in the File Manager',
      group: 'Workspace',
      words: 'reveal folder finder explorer',
      enabled: isOpen,
      run: () => void actions.reveal(workspace()?.summary.path ?? ''),
    },
    {
      id: 'workspace.copyPath',
      title: 'Copy the Path of the Manifest',
      group: 'Workspace',
      enabled: isOpen,
      run: () => void actions.copy(workspace()?.summary.path ?? '', 'the path'),
    },
    {
      id: 'teams.open',
      title: 'Repositories of Other Teams…',
      group: 'Workspace',
      words: 'git url add fetch remove read-only catalogue',
      enabled: isOpen,
      run: teams.show,
    },
    {
      id: 'workspace.resetSample',
      title: 'Reset the Sample Workspace…',
      group: 'Workspace',
      words: 'delete start anew',
      enabled: isSample,
      run: () => overlay.setState({ open: 'reset-sample' }),
    },

    {
      id: 'connection.new',
      title: 'New Connection…',
      group: 'Connections',
      words: 'add database connect postgres',
      keys: 'CmdOrCtrl+Shift+N',
      enabled: isOpen,
      run: () => wizard.begin(),
    },
    {
      id: 'connection.edit',
      title: 'Change the Selected Connection…',
      group: 'Connections',
      words: 'edit',
      keys: 'CmdOrCtrl+E',
      enabled: () => selectedConnection(deps) !== undefined && !inWizard(),
      run: () => edit(false),
    },
    {
      id: 'connection.test',
      title: 'Test the Connection',
      group: 'Connections',
      words: 'check',
      keys: 'CmdOrCtrl+Shift+T',
      enabled: () => inWizard() || selectedConnection(deps) !== undefined,
      run: () => (inWizard() ? void wizard.test() : edit(true)),
    },
    {
      id: 'connection.save',
      title: 'Save the Connection',
      group: 'Connections',
      keys: 'CmdOrCtrl+S',
      enabled: inWizard,
      run: () => void wizard.save(),
    },
    {
      id: 'connection.remove',
      title: 'Remove the Selected Connection…',
      group: 'Connections',
      words: 'delete',
      enabled: () => selectedConnection(deps) !== undefined && !inWizard(),
      run: remove,
    },

    ...createSchemaCommands({ ...deps, isOpen }),

    {
      ...common('engine.start'),
      group: 'Sync',
      enabled: () => isOpen() && (engine() === 'idle' || engine() === 'failed'),
      run: () => void actions.startSync(),
    },
    {
      id: 'engine.plan',
      title: 'See What Starting Would Change…',
      group: 'Sync',
      words: 'plan diff drift slots backfill review',
      enabled: isOpen,
      run: () => void plan.ask(),
    },
    {
      ...common('engine.stop'),
      group: 'Sync',
      enabled: () => isOpen() && engine() !== 'idle' && engine() !== 'failed' && engine() !== 'stopping',
      run: () => void actions.stopSync(),
    },
    {
      id: 'consumer.pause',
      title: 'Pause the Selected Consumer',
      group: 'Sync',
      enabled: () => consumer()?.paused === false,
      run: () => void actions.pauseConsumer(consumer()?.id ?? ''),
    },
    {
      id: 'consumer.resume',
      title: 'Resume the Selected Consumer',
      group: 'Sync',
      enabled: () => consumer()?.paused === true,
      run: () => void actions.resumeConsumer(consumer()?.id ?? ''),
    },
    {
      id: 'sample.pauseWriter',
      title: 'Pause the Sample Writer',
      group: 'Sync',
      words: 'stop changing rows',
      enabled: () => isSample() && app.getState().sample.writer === 'running',
      run: () => void actions.pauseWriter(),
    },
    {
      id: 'sample.resumeWriter',
      title: 'Resume the Sample Writer',
      group: 'Sync',
      words: 'start changing rows',
      enabled: () => isSample() && app.getState().sample.writer === 'paused',
      run: () => void actions.resumeWriter(),
    },

    {
      id: 'git.pull',
      title: 'Pull',
      group: 'Changes',
      words: 'git fetch merge remote',
      enabled: () => isOpen() && hasRemote(),
      run: () => void repository.act('Pulling', 'repository.pull', undefined),
    },
    {
      id: 'git.push',
      title: 'Push',
      group: 'Changes',
      words: 'git remote publish',
      enabled: () => isOpen() && hasRemote(),
      run: () => void repository.act('Pushing', 'repository.push', undefined),
    },
    {
      id: 'definitions.collect',
      title: 'Collect Definition Files…',
      group: 'Changes',
      words: 'sql typescript programs manifest merge import',
      enabled: isOpen,
      run: () => void collecting.look(),
    },
    {
      id: 'export.toFolder',
      title: 'Export the Contracts to a Folder…',
      group: 'Changes',
      words: 'save manifest files share',
      enabled: isOpen,
      run: () => void exporting.choose(),
    },
    {
      id: 'export.copyManifest',
      title: 'Copy the Manifest without Passwords',
      group: 'Changes',
      words: 'export clipboard redacted',
      enabled: isOpen,
      run: () => void exporting.copyManifest(),
    },
    {
      id: 'git.refresh',
      title: 'Look at the Repository Again',
      group: 'Changes',
      words: 'git status refresh',
      keys: 'CmdOrCtrl+R',
      enabled: on('changes'),
      run: () => void repository.read(),
    },

    { ...common('palette.open'), group: 'View', run: () => overlay.setState({ open: 'palette' }) },
    {
      id: 'shortcuts.open',
      title: 'Keyboard Shortcuts',
      group: 'View',
      keys: '?',
      run: () => overlay.setState({ open: 'shortcuts' }),
    },
    { ...common('theme.system'), group: 'View', run: () => settings.theme('system') },
    { ...common('theme.light'), group: 'View', run: () => settings.theme('light') },
    { ...common('theme.dark'), group: 'View', run: () => settings.theme('dark') },
    {
      id: 'timeZone.toggle',
      title: 'Switch between Local Time and UTC',
      group: 'View',
      run: () => settings.timeZone(settings.store.getState().timeZone === 'local' ? 'utc' : 'local'),
    },
    {
      id: 'tree.toggle',
      title: 'Show or Hide the Workspace Tree',
      group: 'View',
      keys: 'CmdOrCtrl+B',
      enabled: isOpen,
      run: toggleTree,
    },
    {
      id: 'steps.toggle',
      title: 'Show or Hide the First Steps',
      group: 'View',
      words: 'checklist getting started tutorial',
      enabled: () => isOpen() && !isSample(),
      run: toggleSteps,
    },
    {
      id: 'inspector.toggle',
      title: 'Show or Hide the Inspector',
      group: 'View',
      keys: 'CmdOrCtrl+I',
      enabled: isOpen,
      run: () => layout.change({ inspectorOpen: !layout.store.getState().inspectorOpen }),
    },
    {
      id: 'tab.close',
      title: 'Close the Tab',
      group: 'View',
      keys: 'CmdOrCtrl+W',
      enabled: isOpen,
      run: () => tabs.close(layout.store.getState().view),
    },
    { id: 'tab.next', title: 'Next Tab', group: 'View', keys: 'Ctrl+Tab', enabled: isOpen, run: () => layout.step(1) },
    {
      id: 'tab.previous',
      title: 'Previous Tab',
      group: 'View',
      keys: 'Ctrl+Shift+Tab',
      enabled: isOpen,
      run: () => layout.step(-1),
    },

    {
      id: 'find',
      title: 'Find or Filter in this Screen',
      group: 'View',
      keys: '/',
      enabled: isOpen,
      run: wish('find'),
    },
    { id: 'graph.fit', title: 'Fit the Graph', group: 'Graph', keys: '0', enabled: on('overview'), run: wish('fit') },
    { id: 'graph.zoomIn', title: 'Zoom In', group: 'Graph', keys: '+', enabled: on('overview'), run: wish('zoom-in') },
    {
      id: 'graph.zoomOut',
      title: 'Zoom Out',
      group: 'Graph',
      keys: '-',
      enabled: on('overview'),
      run: wish('zoom-out'),
    },
    {
      id: 'graph.toggleList',
      title: 'Show as Graph or as List',
      group: 'Graph',
      keys: 'G',
      enabled: on('overview'),
      run: () => layout.change({ overviewMode: layout.store.getState().overviewMode === 'graph' ? 'list' : 'graph' }),
    },
    {
      id: 'events.tail',
      title: 'Pause or Follow New Events',
      group: 'Events',
      keys: 'T',
      enabled: on('events'),
      run: () => (events.store.getState().tail === 'live' ? events.pause() : events.refresh()),
    },
    {
      id: 'events.copyKey',
      title: 'Copy the Key of the Selected Event',
      group: 'Events',
      enabled: () => isOpen() && events.store.getState().detail !== undefined,
      run: () => void actions.copy(events.store.getState().detail?.key ?? '', 'the key'),
    },
    {
      id: 'events.copyPayload',
      title: 'Copy the JSON of the Selected Event',
      group: 'Events',
      enabled: () => isOpen() && events.store.getState().detail !== undefined,
      run: () => void actions.copy(events.store.getState().detail?.payload ?? '', 'the JSON'),
    },
  ]
}

function common(id: (typeof shared)[number]['id']): Pick<Command, 'id' | 'title' | 'keys'> {
  const found: SharedCommand | undefined = shared.find((each) => each.id === id)
  const { title = id, accelerator } = found ?? {}
  return accelerator === undefined ? { id, title } : { id, title, keys: accelerator }
}

function selectedConnection({ app, layout }: CommandDeps): ConnectionView | undefined {
  const { selection } = layout.store.getState()
  if (selection?.kind !== 'connection') return undefined
  return app.getState().workspace?.connections.find(({ id }) => id === selection.id)
}

function selectedConsumer({
  layout,
  status,
}: CommandDeps): { readonly id: string; readonly paused: boolean } | undefined {
  const { selection } = layout.store.getState()
  if (selection?.kind !== 'consumer') return undefined
  const one = status.store.getState().status?.consumers.find(({ id }) => id === selection.id)
  return one === undefined ? undefined : { id: one.id, paused: one.state === 'paused' }
}
