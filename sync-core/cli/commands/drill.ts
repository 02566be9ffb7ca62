import { parseArgs } from 'node:util'
import { maxSeed, parseSeed, type Seed } from '../../drill/find-failure.ts'
import { printReport } from '../../drill/print-report.ts'
import { type DrillReport, runDrill } from '../../drill/run-drill.ts'
import { wholeNumber } from '../engine-options.ts'
import type { CommandIo } from '../io.ts'
import { stopSignal } from '../stop-signal.ts'
import { UsageError } from '../usage-error.ts'

const defaultSeconds = 120

/** Tries the engine among random faults, on servers of its own. Returns the exit code: 1 when it was not survived. */
export async function drill(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } },
  })
  const seconds = values.seconds === undefined ? defaultSeconds : wholeNumber('seconds', values.seconds)
  const seed = readSeed(values.seed)
  const onRound = (report: DrillReport): void => {
    if (values.json !== true && io.terminal) io.err(`${progressLine(report)}\n`)
  }
  const onFailure = (message: string, failing: string): void =>
    io.err(
      `Not survived with seed ${failing}: ${message}\nTrying with fewer faults and writes, for at most five minutes …\n`,
    )
  const report = await runDrill({ seconds, seed, signal: stopSignal(), onRound, onFailure })
  io.out(values.json === true ? `${JSON.stringify(report)}\n` : printReport(report))
  return report.failure === undefined ? 0 : 1
}

function readSeed(text: string | undefined): Seed {
  if (text === undefined) return { number: Math.floor(Math.random() * maxSeed) }
  const seed = parseSeed(text)
  if (seed === undefined) throw new UsageError(`--seed is what a drill has printed, such as 4711, not "${text}"`)
  return seed
}

function progressLine({ rounds, seconds, tried }: DrillReport): string {
  return `${seconds} s: ${rounds} rounds, ${tried.transactions} transactions, ${tried.faults.kill} SIGKILLs`
}
