import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { startPostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { createDatabase } from '../../sync-core/testing/test-database.ts'
import type { Contender } from './contender.ts'
import { createNative } from './native.ts'
import { createRejot } from './rejot.ts'
import { bulk, latency, oneRowBacklog } from './scenarios.ts'

/**
 * `npm run bench [-- --json] [--rows N] [--rounds N] [--only TEXT]`: the engine beside Postgres's own logical replication, same
 * rows, same servers, same run. Absolute figures are this machine's at this moment; the ratio is what one can keep.
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rows: { type: 'string', default: '500000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)

interface Measured {
  readonly scenario: string
  readonly unit: string
  readonly native: readonly number[]
  readonly rejot: readonly number[]
}

const measured = new Map<string, { unit: string; native: number[]; rejot: number[] }>()
const say = (text: string): void => void process.stderr.write(`${text}\n`)

const [sourceServer, destinationServer] = await Promise.all([startPostgresServer(), startPostgresServer()])
const source = await createDatabase(sourceServer, { slug: 'source' })
const native = await createNative(source, destinationServer)
const rejot = await createRejot(source, destinationServer)
try {
  const next = new Map<Contender, number>([
    [native, 1],
    [rejot, 1],
  ])
  const run = async (
    scenario: string,
    count: number,
    work: (one: Contender, first: number) => Promise<[string, number, string][]>,
  ) => {
    if (!scenario.includes(values.only)) return
    // In turn within each round, so that a machine that slows down slows both.
    for (let round = 0; round < rounds; round++) {
      for (const one of [native, rejot]) {
        const first = next.get(one) ?? 1
        next.set(one, first + count)
        for (const [figure, value, unit] of await work(one, first)) {
          note(`${scenario}${figure}`, unit, one.name, value)
          say(`${one.name.padEnd(7)} ${scenario}${figure}: ${value} ${unit}`)
        }
      }
    }
  }
  await native.start()
  await rejot.start()
  // Latency first: what follows a load of millions of rows is vacuum and checkpoints.
  for (const perSecond of [100, 1_000]) {
    const seconds = 6
    await run(`${perSecond} transactions/s`, perSecond * seconds, async (one, first) => {
      const { p50Ms, p95Ms, p99Ms } = await latency(source, one, first, { perSecond, seconds })
      return [
        [', p50', p50Ms, 'ms'],
        [', p95', p95Ms, 'ms'],
        [', p99', p99Ms, 'ms'],
      ]
    })
  }
  await run(`one transaction of ${rows} rows`, rows, async (one, first) => {
    const { endToEnd, fromCommit } = await bulk(source, one, first, rows)
    return [
      [', end to end', endToEnd.rowsPerSecond, 'rows/s'],
      [', from its commit', fromCommit.rowsPerSecond, 'rows/s'],
    ]
  })
  const backlog = Math.min(rows, 100_000)
  await run(`backlog of ${backlog} one-row transactions`, backlog, async (one, first) => [
    ['', (await oneRowBacklog(source, one, first, backlog)).rowsPerSecond, 'tx/s'],
  ])
  await rejot.stop()
} finally {
  await rejot.dispose()
  await native.dispose()
  await Promise.all([sourceServer.stop('immediate'), destinationServer.stop('immediate')])
}
report()

function note(scenario: string, unit: string, name: string, value: number): void {
  const entry = measured.get(scenario) ?? { unit, native: [], rejot: [] }
  measured.set(scenario, entry)
  entry[name === 'native' ? 'native' : 'rejot'].push(value)
}

function median(list: readonly number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}

function report(): void {
  const table: Measured[] = [...measured].map(([scenario, entry]) => ({ scenario, ...entry }))
  const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}`
  const peakMemoryMb = Math.round((rejot.peakMemoryBytes() ?? 0) / 1024 / 1024)
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ machine, rounds, peakMemoryMb, figures: table })}\n`)
    return
  }
  const lines = table.map(({ scenario, unit, native: theirs, rejot: ours }) => {
    const [a, b] = [median(theirs), median(ours)]
    return [scenario, `${a} ${unit}`, `${b} ${unit}`, (b / a).toFixed(2)]
  })
  const header = [`median of ${rounds}`, 'native', 'rejot', 'rejot / native']
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)))
  for (const line of [header, ...lines]) {
    process.stdout.write(
      `${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`,
    )
  }
  process.stdout.write(`peak memory of the engine: ${peakMemoryMb} MB; ${machine}\n`)
}
