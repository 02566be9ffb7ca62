import { join } from 'node:path'
import { app, clipboard, MessageChannelMain, nativeTheme, powerMonitor, safeStorage, session, shell } from 'electron'
import { createAppState } from './app-state.ts'
import { handedWish, readWish, type Wish } from './arguments.ts'
import { askForPath } from './ask-for-path.ts'
import { decideClose } from './close-window.ts'
import { draftPrefix, draftView } from './contract/connection-edit.ts'
import { schemaDraft } from './contract/schema-edit.ts'
import { type CoreToMain, coreToMain, type MainToCore } from './core-host/core-messages.ts'
import { superviseCore } from './core-host/supervise-core.ts'
import { type DatabaseToMain, databaseToMain, type MainToDatabase } from './database-host/database-messages.ts'
import { superviseDatabaseHost } from './database-host/supervise-database-host.ts'
import { definitionAnswer, environmentOfDefinitions, type RunFile, runInHost } from './definition-host/run-in-host.ts'
import { explainTray } from './explain-tray.ts'
import { type Child, forkChild } from './fork-child.ts'
import { appHandlers } from './handlers/app.ts'
import { catalogueHandlers } from './handlers/catalogue.ts'
import { clipboardHandlers } from './handlers/clipboard.ts'
import { collectHandlers } from './handlers/collect.ts'
import { connectionHandlers } from './handlers/connection.ts'
import { connectionEditHandlers } from './handlers/connection-edit.ts'
import { consumerHandlers } from './handlers/consumer.ts'
import { defineHandlers } from './handlers/define.ts'
import { engineHandlers } from './handlers/engine.ts'
import { eventsHandlers } from './handlers/events.ts'
import { exportHandlers } from './handlers/export.ts'
import { repositoryHandlers } from './handlers/repository.ts'
import { sampleHandlers } from './handlers/sample.ts'
import { schemaEditHandlers } from './handlers/schema-edit.ts'
import { settingsHandlers } from './handlers/settings.ts'
import { teamHandlers } from './handlers/teams.ts'
import { windowHandlers } from './handlers/window.ts'
import { workspaceHandlers } from './handlers/workspace.ts'
import { forbidNetwork, hardenPages, hardenSession } from './harden.ts'
import { createAnswer } from './ipc/answer.ts'
import { streamChannel } from './ipc/channels.ts'
import { createPush } from './ipc/push.ts'
import { serveIpc } from './ipc/serve-ipc.ts'
import { createJsonFile } from './json-file.ts'
import { openLogFile } from './log-file.ts'
import { setMenu } from './menu.ts'
import { registerScheme, serveRenderer } from './protocol.ts'
import { drainBeforeQuit } from './quit.ts'
import { defaultSampleFolder } from './sample/default-folder.ts'
import { type MainToSample, type SampleToMain, sampleToMain } from './sample-host/sample-messages.ts'
import { superviseSample } from './sample-host/supervise-sample.ts'
import { openSettings } from './settings.ts'
import { createTeamCopies } from './teams/team-copies.ts'
import { tellFailure } from './tell-failure.ts'
import { createSyncTray } from './tray.ts'
import { openSafeStorage } from './vault/safe-storage.ts'
import { openVault } from './vault/vault.ts'
import { createMainWindow } from './window.ts'
import { noMemory, windowMemory } from './window-memory.ts'
import { createCollectEdits } from './workspace/collect-edits.ts'
import { createConnections } from './workspace/connections.ts'
import { createManifest } from './workspace/create-manifest.ts'
import { openDraftBook } from './workspace/drafts.ts'
import { createEngineRestart } from './workspace/engine-restart.ts'
import { openFileJournal } from './workspace/file-journal.ts'
import { plannedFor } from './workspace/planned-for.ts'
import { readWorkspace } from './workspace/read-workspace.ts'
import { openRecentList } from './workspace/recent.ts'
import type { AskPlan } from './workspace/review-schema.ts'
import { createSchemaDrafts } from './workspace/schema-drafts.ts'
import { createSchemaEdits } from './workspace/schema-edits.ts'
import { readSecrets } from './workspace/secrets.ts'
import { createWorkspaces } from './workspace/workspaces.ts'

/* The program: what there is and who knows whom. Decisions are elsewhere. */

const programDir = import.meta.dirname
const built = (name: string) => join(programDir, name)
const program = join(programDir, '..', '..')

const chosenData = app.commandLine.getSwitchValue('user-data-dir')
app.setPath('userData', chosenData === '' ? join(app.getPath('appData'), 'rejot-desktop') : chosenData)
const data = (...names: string[]) => join(app.getPath('userData'), ...names)

const wish = readWish(process.argv, process.defaultApp ? 2 : 1, process.env.INIT_CWD ?? process.cwd())

if (!app.requestSingleInstanceLock({ wish })) {
  // The other one has the wish now and comes to the front.
  app.exit(0)
} else {
  registerScheme()
  forbidNetwork()
  // The launcher for development adds --no-sandbox where it runs as root; both together do not start.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  hardenPages()
  app.whenReady().then(run, () => app.exit(1))
}

function run(): void {
  const log = openLogFile(data('logs'))
  process.on('uncaughtException', (error) => log.error('Uncaught', error))
  process.on('unhandledRejection', (error) => log.error('Unhandled', error))
  log.info(`ReJot ${app.getVersion()} starts on ${process.platform}, Electron ${process.versions.electron}`)

  const developerTools = !app.isPackaged
  const settings = openSettings(data('settings.json'))
  const memory = createJsonFile(data('window.json'), windowMemory, noMemory)
  const recent = openRecentList(data('recent.json'))
  const state = createAppState([...recent.read()])

  nativeTheme.themeSource = settings.read().theme
  settings.onChange(({ theme }) => {
    nativeTheme.themeSource = theme
  })
  hardenSession(session.defaultSession)
  serveRenderer(join(program, 'renderer', 'dist'))

  const page = () => window.current()?.webContents
  const push = createPush(page)
  let coreChild: Child<MainToCore> | undefined

  /** The core and the window talk past main: each gets an end of a new channel, for each new core and each new page. */
  const connectStream = () => {
    const contents = page()
    if (coreChild === undefined || contents === undefined) return
    const { port1, port2 } = new MessageChannelMain()
    coreChild.postPort({ type: 'port' }, port1)
    contents.postMessage(streamChannel, undefined, [port2])
  }

  const core = superviseCore({
    fork: (events) => {
      coreChild = forkChild<MainToCore, CoreToMain>({
        script: built('core-host.js'),
        name: 'ReJot sync core',
        inbound: coreToMain,
        log,
        ...events,
      })
      return coreChild
    },
    onState: (engine) => state.change({ engine }),
    onChild: (child) => {
      if (child === undefined) coreChild = undefined
      // A page that still loads is connected when it is there.
      else if (page()?.isLoading() === false) connectStream()
    },
    now: Date.now,
    log,
    coreLog: log.from('core'),
  })

  const sample = superviseSample({
    fork: (events) =>
      forkChild<MainToSample, SampleToMain>({
        script: built('sample-host.js'),
        name: 'ReJot sample databases',
        inbound: sampleToMain,
        log,
        ...events,
      }),
    folder: chosenData === '' ? defaultSampleFolder() : data('sample'),
    templateFolder: join(program, 'assets', 'sample'),
    onState: (next) => state.change({ sample: next }),
    onProgress: (opening) => state.change({ opening }),
    log,
    sampleLog: log.from('sample'),
  })

  const databases = superviseDatabaseHost({
    fork: (events) =>
      forkChild<MainToDatabase, DatabaseToMain>({
        script: built('database-host.js'),
        name: 'ReJot databases',
        inbound: databaseToMain,
        log,
        ...events,
      }),
    onStep: ({ checkId, step }) => push('connection.step', { checkId, step }),
    log,
    databaseLog: log.from('database'),
  })

  const openPath = () => state.read().workspace?.summary.path
  const drafts = openDraftBook(data('drafts.json'), draftView)
  const schemaBook = openDraftBook(data('schema-drafts.json'), schemaDraft)
  const journal = openFileJournal(data('applying.json'), log)
  const schemaDrafts = createSchemaDrafts({
    book: schemaBook,
    show: () => state.change({ schemaDrafts: schemaDrafts.of(openPath() ?? '') }),
    now: Date.now,
  })
  const vault = openSafeStorage(safeStorage, process.platform).then((cipher) =>
    openVault({ path: data('vault.json'), cipher, log }),
  )
  void vault.then(({ strength: { kind, keeper } }) => state.change({ vault: { encrypts: kind === 'system', keeper } }))

  const copies = createTeamCopies({
    root: data('repositories'),
    now: Date.now,
    log,
    onChange: () => workspaces.refresh(),
  })
  const workspaces = createWorkspaces({
    teams: copies,
    state,
    recent,
    core,
    sample,
    readWorkspace,
    secrets: () => readSecrets(process.env),
    stateRoot: data('engines'),
    vault,
    drafts,
    schemaDrafts,
    now: Date.now,
    log,
  })

  const askPlan: AskPlan = async (change) => {
    const target = core.aimed()
    if (target === undefined) return { steps: [], problems: [] }
    return databases.call({ name: 'planChange', ...change, ...plannedFor(target) })
  }

  const connections = createConnections({
    change: (work) => workspaces.change(work),
    openPath,
    showDrafts: () => state.change({ drafts: [...drafts.of(openPath() ?? '')] }),
    vault,
    drafts,
    plan: askPlan,
    now: Date.now,
  })

  const schemaEdits = createSchemaEdits({
    change: (work) => workspaces.change(work),
    look: (work) => workspaces.look(work),
    drafts: schemaDrafts,
    book: schemaBook,
    journal,
    plan: askPlan,
    makeTable: (question) => databases.call({ name: 'makeTable', ...question }),
    engine: createEngineRestart(core, state),
    tell: (applying) => state.change({ applying }),
  })

  const collectEdits = createCollectEdits({
    change: (work) => workspaces.change(work),
    look: (work) => workspaces.look(work),
    journal,
    run: (path, cancelled) =>
      runInHost(
        {
          fork: (cwd, events) =>
            forkChild<RunFile, string>({
              script: built('definition-host.js'),
              name: 'ReJot definition file',
              inbound: definitionAnswer,
              log,
              env: environmentOfDefinitions(process.env),
              cwd,
              ...events,
            }),
          timeLimitMs: 30_000,
        },
        path,
        cancelled,
      ),
  })

  const quit = drainBeforeQuit({
    drain: async () => {
      await window.remember()
      databases.close()
      collectEdits.cancel()
      await workspaces.close()
      log.info('ReJot ends')
    },
  })

  const window = createMainWindow({
    preload: built('preload.cjs'),
    memory,
    developerTools,
    log,
    onPage: connectStream,
    onClose: () => {
      const decision = decideClose({
        drained: quit.drained,
        engine: state.read().engine.state,
        trayPossible: tray.possible,
        trayExplained: memory.read().trayExplained,
        platform: process.platform,
      })
      if (decision === 'quit') app.quit()
      if (decision === 'ask')
        void explainTray({ memory, close: () => window.current()?.close(), quit: () => app.quit() })
      return decision === 'close'
    },
  })

  const tray = createSyncTray({
    show: () => window.show(),
    stopSync: () => void core.stop(),
    quit: () => app.quit(),
  })
  const updateTray = () => tray.update(window.current() === undefined && !quit.drained, state.read().engine)

  state.onChange((next) => {
    push('app.state', next)
    if (window.current() === undefined) updateTray()
  })
  settings.onChange((next) => push('settings.changed', next))

  const savedConnection = async (id: string) =>
    id.startsWith(draftPrefix)
      ? connections.draft(openPath() ?? '', id.slice(draftPrefix.length))
      : (await workspaces.wanted(id))?.connection

  serveIpc(
    createAnswer(
      {
        ...appHandlers({
          info: {
            version: app.getVersion(),
            platform: process.platform,
            electron: process.versions.electron,
            node: process.versions.node,
          },
          state,
        }),
        ...workspaceHandlers({
          workspaces,
          state,
          choose: (kind) => askForPath(kind, window.current()),
          create: createManifest,
          reveal: (path) => shell.showItemInFolder(path),
        }),
        ...engineHandlers(core, databases, workspaces),
        ...catalogueHandlers({ databases, savedConnection }),
        ...connectionHandlers({
          databases,
          savedConnection,
          savedRequest: (id) => workspaces.wanted(id),
        }),
        ...defineHandlers({
          databases,
          savedConnection,
          savedRequest: (id) => workspaces.wanted(id),
          manifests: () => workspaces.manifests(),
        }),
        ...connectionEditHandlers({ connections, chooseFile: () => askForPath('certificate', window.current()) }),
        ...collectHandlers(collectEdits),
        ...schemaEditHandlers(schemaDrafts, schemaEdits),
        ...consumerHandlers(core),
        ...sampleHandlers(sample),
        ...eventsHandlers(core),
        ...repositoryHandlers(state),
        ...exportHandlers({
          state,
          chooseFolder: () => askForPath('export', window.current()),
          writeClipboard: (text) => clipboard.writeText(text),
        }),
        ...teamHandlers({ state, workspaces, copies }),
        ...settingsHandlers(settings),
        ...clipboardHandlers((text) => clipboard.writeText(text)),
        ...windowHandlers(() => window.current()),
      },
      log.from('ipc'),
    ),
    page,
  )

  setMenu({
    run: (id) => {
      window.show()
      push('command.run', { id })
    },
    quit: () => app.quit(),
    developerTools,
  })

  const fulfil = (asked: Wish) => {
    window.show()
    const opening =
      asked.kind === 'sample'
        ? workspaces.openSample()
        : asked.kind === 'open'
          ? workspaces.open(asked.path)
          : undefined
    opening?.catch((error: unknown) => tellFailure(error, log))
  }

  app.on('second-instance', (_event, _argv, _folder, given) => fulfil(handedWish(given)))
  app.on('activate', () => window.show())
  // The tray or the Dock keeps it; every other way of closing the last window has begun to quit already.
  app.on('window-all-closed', updateTray)
  app.on('browser-window-created', updateTray)
  powerMonitor.on('suspend', () => log.info('The computer goes to sleep'))
  powerMonitor.on('resume', () => log.info('The computer woke up; lost connections are made again'))
  void journal.recover().then(
    () => fulfil(wish),
    (error: unknown) => tellFailure(error, log),
  )
}
