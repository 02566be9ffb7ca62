import { basename, dirname, join } from 'node:path'
import { checkRequest } from '../../sync-core/check-request.ts'
import { type BoundPassword, targetOf } from '../../sync-core/domain/connection.ts'
import type { CheckRequest } from '../../sync-core/domain/connection-check.ts'
import type { Log } from '../../sync-core/domain/log.ts'
import type { Manifest } from '../../sync-core/domain/manifest.ts'
import { settingsFileName } from '../../sync-core/manifest/read-settings.ts'
import type { AppStateBook } from '../app-state.ts'
import type { DraftView } from '../contract/connection-edit.ts'
import type { WorkspaceSummary } from '../contract/contract.ts'
import type { PlannedStepView } from '../contract/start-plan.ts'
import type { CoreSupervisor } from '../core-host/supervise-core.ts'
import { Refusal } from '../ipc/refusal.ts'
import type { SampleSupervisor } from '../sample-host/supervise-sample.ts'
import { readSettingsText } from '../teams/change-list.ts'
import type { TeamCopies } from '../teams/team-copies.ts'
import { listedAddresses } from '../teams/team-list.ts'
import type { Vault } from '../vault/vault.ts'
import type { DraftBook } from './drafts.ts'
import { findManifest } from './find-manifest.ts'
import type { OpenWorkspace } from './open-workspace.ts'
import { readTeams } from './read-teams.ts'
import type { ReadWorkspace, Secrets } from './read-workspace.ts'
import type { RecentList } from './recent.ts'
import { followRunning } from './running-manifests.ts'
import type { SchemaDrafts } from './schema-drafts.ts'
import { stateFolder } from './state-folder.ts'
import { watchFiles } from './watch-files.ts'
import { type PasswordState, viewWorkspace } from './workspace-view.ts'

export interface WorkspacesDeps {
  readonly state: AppStateBook
  readonly recent: RecentList
  readonly core: CoreSupervisor
  readonly sample: SampleSupervisor
  /** Reads a manifest and the ones it names; kept passwords go before `secrets`. */
  readWorkspace(manifestPath: string, secrets: Secrets, passwords: readonly BoundPassword[]): Promise<ReadWorkspace>
  /** Values for `${env:REJOT_…}` of workspaces that are not the sample. */
  secrets(): Secrets
  /** Event stores of workspaces stand below it. */
  readonly stateRoot: string
  /** Resolves once the system's store of secrets has answered. */
  readonly vault: Promise<Vault>
  readonly drafts: DraftBook<DraftView>
  readonly schemaDrafts: Pick<SchemaDrafts, 'read' | 'of' | 'changedFiles'>
  readonly teams: Pick<TeamCopies, 'of' | 'fetch'>
  now(): number
  readonly log: Log
}

/** The open workspace. What is asked of it is done in order, one thing at a time. */
export interface Workspaces {
  /** Opens a manifest file or a folder with one. Runs nothing. Rejects with a Refusal when there is none. */
  open(path: string): Promise<void>
  /** Starts the sample's databases, opens it and starts the engine: the sample is ours. Rejects with a Refusal. */
  openSample(): Promise<void>
  /** The same with databases and event store made anew. */
  resetSample(): Promise<void>
  close(): Promise<void>
  forget(path: string): Promise<void>
  /**
   * A connection of the open workspace, with its password, by `<manifest>/<slug>`, as its file says now, and what its
   * manifests want of it.
   */
  wanted(id: string): Promise<CheckRequest | undefined>
  /** Of the open workspace, as its files say now; empty without one. */
  manifests(): Promise<readonly Manifest[]>
  /** What is wrong with versions of contracts, against what runs. */
  contractFaults(): readonly PlannedStepView[]
  /** Shows the open workspace as it is now, if one is open. */
  refresh(): void
  /** Changes files of the open workspace and shows it as it is then. Rejects with a Refusal when none is open. */
  change<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
  /** Looks at the open workspace as its files say now; nothing waits for it. Rejects with a Refusal when none is open. */
  look<T>(work: (open: OpenWorkspace) => Promise<T>): Promise<T>
}

export function createWorkspaces(deps: WorkspacesDeps): Workspaces {
  const { state, recent, core, sample, log } = deps
  const running = followRunning(state)
  let unwatch: () => void = () => undefined
  let keepUp: NodeJS.Timeout | undefined
  let shown: { readonly path: string; readonly secrets: () => Secrets } | undefined
  let last: Promise<unknown> = Promise.resolve()
  /** Of what is open: reads and shows it, and returns what was read. */
  let read: (() => Promise<ReadWorkspace>) | undefined

  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }

  /** Once fetched because a person said so, kept up to date. What a file merely names is left alone. */
  const fetchKnown = async () => {
    const known = state.read().workspace?.teams.filter(({ fetchedAt }) => fetchedAt !== undefined) ?? []
    await Promise.all(known.map(({ url }) => deps.teams.fetch(url)))
  }

  const close = async () => {
    unwatch()
    unwatch = () => undefined
    clearInterval(keepUp)
    await core.close()
    core.aim(undefined)
    await sample.stop()
    read = undefined
    shown = undefined
    running.read(undefined)
    state.change({ workspace: undefined, opening: undefined, drafts: [], schemaDrafts: [], changedFiles: [] })
  }

  /** Reads and shows a manifest, watches its files, and says what a start would run. */
  const show = async (summary: WorkspaceSummary, stateDir: string, secrets: () => Secrets) => {
    const vault = await deps.vault
    let manifests: readonly string[] = []
    const readAndShow = async () => {
      const found = await deps.readWorkspace(summary.path, secrets(), vault.all())
      manifests = found.pipeline.manifests.map(({ path }) => path)
      const passwordState: PasswordState = (manifest, connection) =>
        vault.stateOf({ manifest, slug: connection.slug }, targetOf(connection))
      const definitions = await deps.schemaDrafts.read(summary.path, found.pipeline.manifests)
      const addresses = listedAddresses(await readSettingsText(summary.path).catch(() => undefined))
      const { teams, problems } = await readTeams(found, addresses.map(deps.teams.of))
      state.change({
        workspace: viewWorkspace(summary, { ...found, problems }, passwordState, teams),
        drafts: [...deps.drafts.of(summary.path)],
        schemaDrafts: deps.schemaDrafts.of(summary.path),
        changedFiles: deps.schemaDrafts.changedFiles(),
      })
      const canRun = found.problems.every(({ severity }) => severity !== 'error')
      running.read(canRun ? found.pipeline : undefined)
      watchAgain([...manifests.flatMap((path) => [path, join(dirname(path), settingsFileName)]), ...definitions])
      return found
    }
    const watchAgain = (paths: readonly string[]) => {
      unwatch()
      unwatch = watchFiles([...new Set([summary.path, ...paths])], quietMs, () => {
        void inOrder(async () => {
          if (state.read().workspace?.summary === summary) await readAndShow()
        }).catch((error: unknown) => log.error('Cannot read the workspace again', error))
      })
    }
    await readAndShow()
    read = readAndShow
    void fetchKnown()
    keepUp = setInterval(() => void fetchKnown(), fetchEveryMs)
    keepUp.unref()
    shown = { path: summary.path, secrets }
    const passwords = () => vault.all().filter(({ manifest }) => manifests.includes(manifest))
    core.aim({ stateDir, manifestPaths: [summary.path], secrets, passwords })
  }

  const readOpen = async (): Promise<OpenWorkspace> => {
    const summary = state.read().workspace?.summary
    if (read === undefined || summary === undefined)
      throw new Refusal({ message: 'Cannot change anything: no workspace is open' })
    const { pipeline } = await read()
    return { path: summary.path, pipeline }
  }

  const openSample = async (fresh: boolean) => {
    await close()
    try {
      state.change({ opening: { step: 'Preparing the sample', done: 0, total: 1 } })
      const { manifestPath, stateDir, secrets } = await sample.start(fresh)
      const summary = summaryOf(manifestPath, { name: 'Sample workspace', sample: true, openedAt: deps.now() })
      await show(summary, stateDir, () => secrets)
      core.start()
    } finally {
      state.change({ opening: undefined })
    }
  }

  return {
    open: (path) =>
      inOrder(async () => {
        const manifestPath = await findManifest(path)
        await close()
        const summary = summaryOf(manifestPath, {
          name: basename(dirname(manifestPath)),
          sample: false,
          openedAt: deps.now(),
        })
        await show(summary, stateFolder(deps.stateRoot, manifestPath), deps.secrets)
        await recent.add(summary)
        state.change({ recent: [...recent.read()] })
      }),
    openSample: () => inOrder(() => openSample(false)),
    resetSample: () => inOrder(() => openSample(true)),
    close: () => inOrder(close),
    forget: (path) =>
      inOrder(async () => {
        await recent.forget(path)
        state.change({ recent: [...recent.read()] })
      }),
    async wanted(id) {
      if (shown === undefined) return undefined
      const { pipeline } = await deps.readWorkspace(shown.path, shown.secrets(), (await deps.vault).all())
      const connections = pipeline.manifests.flatMap((manifest) => manifest.connections)
      const connection = connections.find(({ manifest, slug }) => `${manifest}/${slug}` === id)
      return connection === undefined ? undefined : checkRequest(pipeline, connection)
    },
    async manifests() {
      if (shown === undefined) return []
      return (await deps.readWorkspace(shown.path, shown.secrets(), (await deps.vault).all())).pipeline.manifests
    },
    contractFaults: () => running.contractFaults(),
    refresh: () =>
      void inOrder(async () => read?.()).catch((error: unknown) => log.error('Cannot read the workspace again', error)),
    change: (work) =>
      inOrder(async () => {
        const open = await readOpen()
        try {
          return await work(open)
        } finally {
          await read?.()
        }
      }),
    look: async (work) => work(await inOrder(readOpen)),
  }
}

const quietMs = 150
const fetchEveryMs = 15 * 60_000

function summaryOf(
  manifestPath: string,
  rest: Pick<WorkspaceSummary, 'name' | 'sample' | 'openedAt'>,
): WorkspaceSummary {
  return { path: manifestPath, folder: dirname(manifestPath), ...rest }
}
