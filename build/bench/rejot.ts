import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { waitFor } from '../../sync-core/testing/wait-for.ts'
import type { Contender, StoreWrites } from './contender.ts'
import { createDatabases, emptyTables, type Servers } from './databases.ts'
import { benchManifest, passwordVariable } from './manifest.ts'
import type { Shape } from './shape.ts'

const rejotFile = new URL('../../sync-core/cli/rejot.ts', import.meta.url).pathname
const packageFile = new URL('../../package.json', import.meta.url)

/** The engine as it is installed on a server: a process of its own, `rejot sync`. */
export async function createRejot(shape: Shape, servers: Servers): Promise<Contender> {
  const databases = await createDatabases('rejot', shape, servers)
  const { source, destinations } = databases
  const slotName = `bench_${source.name}`
  const folder = await mkdtemp(join(tmpdir(), 'rejot-bench-'))
  const stateDir = join(folder, 'state')
  const manifestPath = join(folder, 'rejot-manifest.json')
  await writeFile(manifestPath, JSON.stringify(benchManifest(shape, slotName, source, destinations)))
  const env = {
    ...process.env,
    [passwordVariable('source')]: source.connection.password,
    ...Object.fromEntries(
      destinations.map((one, index) => [passwordVariable(`destination-${index + 1}`), one.connection.password]),
    ),
  }
  const args = [...(await nodeFlags()), rejotFile, 'sync', manifestPath, '--state', stateDir, '--json']
  let engine: ChildProcess | undefined

  const contender: Contender = {
    name: 'rejot',
    source,
    destinations,
    slotNames: [slotName],
    async start() {
      engine = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
      endWithUs(engine)
      passOnTrouble(engine)
      await untilReady(engine)
    },
    async stop() {
      const child = engine
      engine = undefined
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
    async forget() {
      await contender.stop()
      await rm(stateDir, { recursive: true, force: true })
      await source.query('select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1', [
        slotName,
      ])
      for (const destination of destinations) {
        await destination.query('drop schema if exists rejot cascade')
        await emptyTables(destination)
      }
    },
    async renew() {
      await contender.stop()
      await contender.start()
    },
    enginePid: () => engine?.pid,
    storeWrites: () => readStoreWrites(stateDir, engine?.pid),
    async dispose() {
      await contender.stop()
      await databases.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return contender
}

/** What `npm run rejot` gives to Node. */
async function nodeFlags(): Promise<readonly string[]> {
  const { scripts } = JSON.parse(await readFile(packageFile, 'utf8')) as { scripts: Record<string, string> }
  return scripts.rejot?.match(/--\S+/g) ?? []
}

/** It is another process, and would go on by itself. */
function endWithUs(child: ChildProcess): void {
  const end = (): void => void child.kill('SIGKILL')
  process.once('exit', end)
  child.once('exit', () => process.off('exit', end))
}

/** It also says that it starts and stops, which it does here all the time. */
function passOnTrouble({ stderr }: ChildProcess): void {
  if (stderr === null) return
  createInterface({ input: stderr }).on('line', (line) => {
    if (!line.includes(' info ')) process.stderr.write(`${line}\n`)
  })
}

async function untilReady(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error('Cannot measure: the engine has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const { event } = JSON.parse(line) as { event: string }
    if (event === 'halted') throw new Error(`Cannot measure: ${line}`)
    if (event === 'ready') {
      child.stdout.resume()
      return
    }
  }
  throw new Error('Cannot measure: the engine ended before it was ready')
}

interface StatusFile {
  readonly pid: number
  readonly status: { readonly at: number; readonly store: StoreWrites }
}

/** From `status.json`, which the engine writes about twice a second: waits for one that is from now or later. */
async function readStoreWrites(stateDir: string, pid: number | undefined): Promise<StoreWrites | undefined> {
  const askedAt = Date.now()
  const { status } = await waitFor(
    async () => JSON.parse(await readFile(join(stateDir, 'status.json'), 'utf8')) as StatusFile,
    { what: 'a status of the engine', until: (file) => file.pid === pid && file.status.at >= askedAt },
  )
  return { events: status.store.events, closings: status.store.closings }
}
