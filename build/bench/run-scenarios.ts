import type { TestDatabase } from '../../sync-core/testing/test-database.ts'
import type { Contender, ContenderName } from './contender.ts'
import type { Servers } from './databases.ts'
import { createNative } from './native.ts'
import { createRejot } from './rejot.ts'
import type { Family, Measurement, Scenario, Size } from './scenario.ts'
import { newMark, openWatch } from './watch.ts'

/** All measurements of a scenario at one size. */
export interface Result {
  readonly scenario: Scenario
  readonly size: Size
  /** One for each round; none of native where it has no such thing. */
  readonly native: readonly Measurement[]
  readonly rejot: readonly Measurement[]
}

export interface Run {
  readonly families: readonly Family[]
  readonly servers: Servers
  readonly rounds: number
  readonly latencySeconds: number
  readonly sizeOf: (family: Family, scenario: Scenario) => Size
  readonly say: (text: string) => void
}

/** Measures everything, family by family, each in databases of its own that are dropped afterwards. */
export async function runScenarios(run: Run): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const family of run.families) {
    if (family.scenarios.length > 0) results.push(...(await runFamily(run, family)))
  }
  return results
}

async function runFamily(run: Run, family: Family): Promise<readonly Result[]> {
  const { shape, scenarios } = family
  const contenders: Contender[] = []
  try {
    if (shape.hasNative) contenders.push(await createNative(shape, run.servers))
    contenders.push(await createRejot(shape, run.servers))
    await Promise.all(contenders.map((contender) => begin(run, family, contender)))
    const results: Result[] = []
    for (const scenario of scenarios) results.push(await runScenario(run, family, scenario, contenders))
    for (const contender of contenders) await compare(family, contender)
    return results
  } finally {
    for (const contender of contenders) await contender.dispose()
  }
}

async function begin(run: Run, family: Family, contender: Contender): Promise<void> {
  const [scenario] = family.scenarios
  if (scenario === undefined) return
  const fill = family.fill?.(run.sizeOf(family, scenario).table)
  if (fill !== undefined) await contender.source.query(fill)
  await contender.start()
  const mark = newMark()
  await contender.source.query(family.shape.markSql, [mark])
  const watch = await openWatch(contender, family.shape)
  await watch.untilMarked(mark)
  await watch.close()
}

/** In turn within each round, so that a machine that slows down slows both. */
async function runScenario(
  run: Run,
  family: Family,
  scenario: Scenario,
  contenders: readonly Contender[],
): Promise<Result> {
  const size = run.sizeOf(family, scenario)
  const measured: Record<ContenderName, Measurement[]> = { native: [], rejot: [] }
  for (let round = 0; round < run.rounds; round++) {
    for (const contender of contenders) {
      await Promise.all([contender.source, ...contender.destinations].map(tidyUp))
      const { latencySeconds } = run
      const measurement = await scenario.measure({ contender, shape: family.shape, size, round, latencySeconds })
      measured[contender.name].push(measurement)
      const figures = scenario.figures.map(
        ({ name, unit }, index) => `${name} ${round1(measurement.values[index])} ${unit}`,
      )
      run.say(`${contender.name.padEnd(6)}  ${scenario.name}: ${figures.join(', ').trim()}`)
    }
  }
  return { scenario, size, ...measured }
}

/**
 * What autovacuum would do at times of its own choosing, and so to one of the two only. Like autovacuum it leaves alone
 * what holds next to nothing: told that a page holds one row, the planner would take a load for a hundredth of what it is.
 */
async function tidyUp(database: TestDatabase): Promise<void> {
  const tables = await database.query(
    `select relid::regclass::text as name from pg_stat_user_tables where pg_relation_size(relid) > 80 * 1024`,
  )
  if (tables.length > 0) await database.query(`vacuum analyze ${tables.map(({ name }) => name).join(', ')}`)
}

/** A rate counts only when the rows are right. */
async function compare({ shape }: Family, { name, source, destinations }: Contender): Promise<void> {
  const [truth] = await source.query(shape.truthSql)
  for (const destination of destinations) {
    const [arrived] = await destination.query(shape.arrivedSql)
    if (arrived?.rows !== truth?.rows || arrived?.checksum !== truth?.checksum) {
      throw new Error(`Cannot trust the figures: ${name} holds ${arrived?.rows} rows of ${truth?.rows}, or others`)
    }
  }
}

function round1(value: number | undefined): number {
  return Math.round((value ?? Number.NaN) * 10) / 10
}
