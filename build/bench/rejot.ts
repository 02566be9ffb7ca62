import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase, type TestDatabase } from '../../sync-core/testing/test-database.ts'
import { type Contender, itemColumns } from './contender.ts'
import { benchManifest } from './manifest.ts'

const rejotFile = new URL('../../sync-core/cli/rejot.ts', import.meta.url).pathname

/** The engine as it is installed on a server: a process of its own, `rejot sync`. */
export async function createRejot(source: TestDatabase, server: PostgresServer): Promise<Contender> {
  const table = 'item_rejot'
  await source.query(`create table ${table} (${itemColumns})`)
  const destination = await createDatabase(server, { slug: 'rejot', sql: `create table ${table} (${itemColumns})` })
  const folder = await mkdtemp(join(tmpdir(), 'rejot-bench-'))
  const stateDir = join(folder, 'state')
  const manifestPath = join(folder, 'rejot-manifest.json')
  await mkdir(stateDir)
  await writeFile(manifestPath, JSON.stringify(benchManifest(table, source, destination)))
  let engine: ChildProcess | undefined
  let peakBytes = 0

  const notePeak = async (): Promise<void> => {
    const status = await readFile(`/proc/${engine?.pid}/status`, 'utf8').catch(() => '')
    peakBytes = Math.max(peakBytes, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024)
  }
  const contender: Contender = {
    name: 'rejot',
    table,
    slotName: `bench_${table}`,
    destination,
    async start() {
      const env = {
        ...process.env,
        REJOT_SOURCE_PASSWORD: source.connection.password,
        REJOT_DESTINATION_PASSWORD: destination.connection.password,
      }
      const child = spawn(
        process.execPath,
        ['--max-semi-space-size=32', rejotFile, 'sync', manifestPath, '--state', stateDir, '--json'],
        {
          env,
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      )
      engine = child
      for await (const line of createInterface({ input: child.stdout })) {
        const { event } = JSON.parse(line) as { event: string }
        if (event === 'halted') throw new Error(`Cannot measure: ${line}`)
        if (event === 'ready') break
      }
      child.stdout.resume()
    },
    async stop() {
      await notePeak()
      const child = engine
      if (child === undefined || child.exitCode !== null) return
      engine = undefined
      const exited = once(child, 'exit')
      child.kill('SIGTERM')
      await exited
    },
    peakMemoryBytes: () => peakBytes,
    async dispose() {
      await contender.stop()
      await destination.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return contender
}
