import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { startPostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { drawChart } from './draw-chart.ts'
import { measureHandOver } from './hand-over.ts'
import { type Options, readOptions, usage } from './options.ts'
import { printReport } from './print-report.ts'
import { makeReport, type Report } from './report.ts'
import { type Result, type Run, runScenarios } from './run-scenarios.ts'
import type { Family } from './scenario.ts'
import { families } from './scenarios.ts'

/**
 * `npm run bench`: the engine beside Postgres's own logical replication, same rows, same servers, same run. Absolute
 * figures are this machine's at this moment; the ratios are what one can keep.
 */
const options = optionsOrExit()
// So that what was started ends with us.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const report = await measure(options)
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : printReport(report))
// From where the command was given, which npm does not run us in.
if (options.svg !== undefined) await writeFile(resolve(process.env.INIT_CWD ?? '.', options.svg), drawChart(report))

async function measure({ rows, rounds, latencySeconds, only, growthSizes }: Options): Promise<Report> {
  // Autovacuum would come upon one of the two; see `run-scenarios.ts`.
  const settings = { autovacuum: 'off' }
  const [source, destination] = await Promise.all([
    startPostgresServer({ settings }),
    startPostgresServer({ settings }),
  ])
  const usual: Run = {
    families: choose(({ name }) => name.includes(only)),
    servers: { source, destination },
    rounds,
    latencySeconds,
    sizeOf: (family, scenario) => ({ table: family.table(rows), changes: scenario.changes(rows) }),
    say: (text) => void process.stderr.write(`${text}\n`),
  }
  try {
    const handOver = await measureHandOver(source)
    const results = await runScenarios(usual)
    const grown: Result[] = []
    for (const changes of growthSizes) {
      usual.say(`with ${changes.toLocaleString('en')} rows`)
      grown.push(
        ...(await runScenarios({
          ...usual,
          families: choose(({ name, kind }) => kind === 'rate' && name.includes(only)),
          // The largest takes longest, and scatters least.
          rounds: changes === growthSizes.at(-1) ? 1 : rounds,
          sizeOf: (family) => ({ table: family.grownTable(changes), changes }),
        })),
      )
    }
    const postgresVersion = source.version.replace(/^\D*/, '')
    return makeReport({ rows, rounds, postgresVersion, handOver, usual: results, grown })
  } finally {
    await Promise.all([source.stop('immediate'), destination.stop('immediate')])
  }
}

function choose(isWanted: (scenario: Family['scenarios'][number]) => boolean): readonly Family[] {
  return families.map((family) => ({ ...family, scenarios: family.scenarios.filter(isWanted) }))
}

function optionsOrExit(): Options {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`)
    process.exit(2)
  }
}
