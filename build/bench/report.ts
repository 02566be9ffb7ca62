import { cpus } from 'node:os'
import type { HandOver } from './hand-over.ts'
import type { Result } from './run-scenarios.ts'
import {
  type CostSummary,
  type FigureSummary,
  type GrowthSummary,
  judgeMemory,
  summarizeCosts,
  summarizeFigures,
  summarizeGrowth,
  type Verdict,
} from './summarize.ts'

/** What a run has found: what `--json` prints, and tables and chart are made of. */
export interface Report {
  readonly machine: string
  readonly handOver: HandOver
  readonly rows: number
  readonly rounds: number
  readonly figures: readonly FigureSummary[]
  readonly costs: readonly CostSummary[]
  readonly memory: { readonly peakBytes: number; readonly verdict: Verdict } | undefined
  readonly growth: readonly GrowthSummary[]
  /** All values of the usual run, round by round, in the order of the scenario's figures. */
  readonly raw: readonly { readonly scenario: string; readonly native: number[][]; readonly rejot: number[][] }[]
}

export interface ReportInput {
  readonly rows: number
  readonly rounds: number
  readonly postgresVersion: string
  readonly handOver: HandOver
  readonly usual: readonly Result[]
  /** By ascending size. */
  readonly grown: readonly Result[]
}

export function makeReport({ rows, rounds, postgresVersion, handOver, usual, grown }: ReportInput): Report {
  const costs = usual.map(summarizeCosts)
  const values = (list: Result['native']): number[][] => list.map((one) => [...one.values])
  return {
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Postgres ${postgresVersion}; Node ${process.version}`,
    handOver,
    rows,
    rounds,
    figures: usual.flatMap(summarizeFigures),
    costs,
    memory: judgeMemory(costs),
    growth: summarizeGrowth(grown),
    raw: usual.map(({ scenario, native, rejot }) => ({
      scenario: scenario.name,
      native: values(native),
      rejot: values(rejot),
    })),
  }
}
