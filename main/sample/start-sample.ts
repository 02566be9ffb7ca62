import { join } from 'node:path'
import { systemClock } from '../../sync-core/replication/system-clock.ts'
import { type PostgresServer, startPostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { placeDatabases } from './place-databases.ts'
import { prepareAccounts, prepareBilling } from './prepare-databases.ts'
import { findSampleFolder, makeSampleFolder, rememberPorts, type SampleFolder } from './sample-folder.ts'
import { loadSecrets, type SampleSecrets } from './sample-secrets.ts'
import { writeManifest } from './write-manifest.ts'
import { startWriter, type Writer } from './writer.ts'

export interface SampleOptions {
  /** Of the sample alone; made when missing, used again when it is a sample. */
  readonly folder: string
  /** `assets/sample` */
  readonly templateFolder: string
  onStep?(step: SampleStep): void
}

/** Before step `done + 1` of `total`. */
export interface SampleStep {
  readonly step: string
  readonly done: number
  readonly total: number
}

export interface RunningSample {
  readonly manifestPath: string
  /** Where its event store belongs; goes with a reset. */
  readonly stateDir: string
  /** What the manifest's `${env:REJOT_…}` stand for. */
  readonly env: Readonly<Record<string, string>>
  readonly servers: { readonly accounts: PostgresServer; readonly billing: PostgresServer }
  readonly writer: Writer
  /** Stops the writer, then both servers; the rows stay. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts the two databases of the sample, makes what is missing in them, and the writer. Resolves when both answer.
 * Throws, with nothing left running, when the folder is something else, is in use, or a server does not start.
 */
export async function startSample(options: SampleOptions): Promise<RunningSample> {
  const { templateFolder, onStep } = options
  const steps = ['Preparing the folder', 'Starting two databases', 'Filling tables', 'Starting the writer']
  const say = (done: number) => onStep?.({ step: steps[done] ?? '', done, total: steps.length })
  say(0)
  const folder = findSampleFolder(options.folder) ?? makeSampleFolder(options.folder, placeDatabases(options.folder))
  const secrets = loadSecrets(folder)
  say(1)
  const servers = await startServers(folder, secrets)
  try {
    say(2)
    await Promise.all([
      prepareAccounts(servers.accounts, templateFolder, secrets),
      prepareBilling(servers.billing, templateFolder, secrets),
    ])
    const ports = { 'accounts-db': servers.accounts.port, 'billing-db': servers.billing.port }
    writeManifest(rememberPorts(folder, ports), templateFolder, ports)
  } catch (error) {
    await stopBoth(servers)
    throw error
  }
  say(3)
  const app = { ...servers.accounts.connectionFor('accounts'), user: 'accounts_app', password: secrets.accountsApp }
  const writer = startWriter({ connection: app, clock: systemClock })
  return {
    manifestPath: folder.manifestPath,
    stateDir: folder.stateDir,
    env: { REJOT_ACCOUNTS_DB_PASSWORD: secrets.accountsRejot, REJOT_BILLING_DB_PASSWORD: secrets.billingRejot },
    servers,
    writer,
    async stop() {
      await writer.stop()
      await stopBoth(servers)
    },
  }
}

type Servers = RunningSample['servers']

/** Side by side, and both stopped when one does not come. */
async function startServers(folder: SampleFolder, secrets: SampleSecrets): Promise<Servers> {
  const [accounts, billing] = await Promise.allSettled([
    startServer(folder, 'accounts-db', secrets.accountsSuperuser),
    startServer(folder, 'billing-db', secrets.billingSuperuser),
  ])
  if (accounts.status === 'fulfilled' && billing.status === 'fulfilled') {
    return { accounts: accounts.value, billing: billing.value }
  }
  if (accounts.status === 'fulfilled') await accounts.value.stop()
  if (billing.status === 'fulfilled') await billing.value.stop()
  throw accounts.status === 'rejected' ? accounts.reason : billing.status === 'rejected' ? billing.reason : undefined
}

function startServer(folder: SampleFolder, slug: string, password: string): Promise<PostgresServer> {
  const { databasesDir, ports } = folder.mark
  const port = ports[slug]
  return startPostgresServer({
    persistent: { dataDir: join(databasesDir, slug), password },
    ...(port === undefined ? {} : { port }),
  })
}

async function stopBoth(servers: Servers): Promise<void> {
  await Promise.all([servers.accounts.stop(), servers.billing.stop()])
}
