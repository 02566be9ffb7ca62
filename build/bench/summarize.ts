import type { ProcessorTime } from './processor-time.ts'
import type { Result } from './run-scenarios.ts'
import type { FigureKind, Goal } from './scenario.ts'
import type { Cost } from './watch.ts'

export interface Verdict {
  /** `ratio ≥ 0.8`. */
  readonly goal: string
  readonly met: boolean
}

/** Medians over the rounds. */
export interface FigureSummary {
  readonly scenario: string
  readonly kind: 'rate' | 'latency'
  readonly figure: string
  readonly changes: number
  readonly unit: FigureKind['unit']
  readonly native: number | undefined
  readonly rejot: number
  /** ReJot by native, of rates and latencies alike. */
  readonly ratio: number | undefined
  readonly verdict: Verdict | undefined
}

export interface CostSummary {
  readonly scenario: string
  /** Seconds; medians over the rounds, each by itself. */
  readonly nativeProcessor: ProcessorTime | undefined
  readonly rejotProcessor: ProcessorTime | undefined
  /** All of ReJot's by all of native's. */
  readonly processorRatio: number | undefined
  /** The highest of all rounds. */
  readonly peakMemoryBytes: number | undefined
  /** Events by waits of the store for the disk, over all rounds. */
  readonly eventsPerClosing: number | undefined
}

/** One rate at several sizes. */
export interface GrowthSummary {
  readonly scenario: string
  readonly unit: FigureKind['unit']
  readonly points: readonly {
    readonly changes: number
    readonly native: number | undefined
    readonly rejot: number
    /** Microseconds of processor time for one change, everything that works for it together. */
    readonly nativeProcessorMicros: number | undefined
    readonly rejotProcessorMicros: number | undefined
  }[]
  /** What a change costs in time at the largest size, by what it costs at the cheapest smaller one. */
  readonly costRatio: number
  readonly verdict: Verdict
}

export function summarizeFigures({ scenario, size, native, rejot }: Result): readonly FigureSummary[] {
  return scenario.figures.map((kind, index) => {
    const of = (list: Result['native']): number | undefined =>
      median(list.map(({ values }) => values[index] ?? Number.NaN))
    const theirs = of(native)
    const ours = of(rejot) ?? Number.NaN
    const ratio = theirs === undefined ? undefined : ours / theirs
    return {
      scenario: scenario.name,
      kind: scenario.kind,
      figure: kind.name,
      changes: size.changes,
      unit: kind.unit,
      native: theirs,
      rejot: ours,
      ratio,
      verdict: kind.goal && judge(kind.goal, kind.unit, ours, ratio),
    }
  })
}

export function summarizeCosts({ scenario, native, rejot }: Result): CostSummary {
  const costs = rejot.map(({ cost }) => cost)
  const peaks = costs.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? [])
  const writes = costs.flatMap(({ storeWrites }) => storeWrites ?? [])
  const closings = sum(writes.map((one) => one.closings))
  const nativeProcessor = medianProcessor(native.map(({ cost }) => cost))
  const rejotProcessor = medianProcessor(costs)
  return {
    scenario: scenario.name,
    nativeProcessor,
    rejotProcessor,
    processorRatio: nativeProcessor && rejotProcessor && totalSeconds(rejotProcessor) / totalSeconds(nativeProcessor),
    peakMemoryBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    eventsPerClosing: closings === 0 ? undefined : sum(writes.map(({ events }) => events)) / closings,
  }
}

const memoryGoalBytes = 250 * 1024 * 1024

/** The engine's highest memory of a whole run. */
export function judgeMemory(
  costs: readonly CostSummary[],
): { readonly peakBytes: number; readonly verdict: Verdict } | undefined {
  const peaks = costs.flatMap(({ peakMemoryBytes }) => peakMemoryBytes ?? [])
  if (peaks.length === 0) return undefined
  const peakBytes = Math.max(...peaks)
  return { peakBytes, verdict: { goal: '≤ 250 MB', met: peakBytes <= memoryGoalBytes } }
}

/** "Flat": a quarter more is what sizes scatter by themselves. */
const flatUpTo = 1.25

/** The first figure of each scenario, from results of the same scenarios at ascending sizes. */
export function summarizeGrowth(results: readonly Result[]): readonly GrowthSummary[] {
  const names = [...new Set(results.map(({ scenario }) => scenario.name))]
  return names.map((name) => {
    const sizes = results.filter(({ scenario }) => scenario.name === name)
    const points = sizes.map((result) => {
      const [figure] = summarizeFigures(result)
      const { nativeProcessor, rejotProcessor } = summarizeCosts(result)
      const micros = (time: ProcessorTime | undefined): number | undefined =>
        time && (totalSeconds(time) * 1_000_000) / result.size.changes
      return {
        changes: result.size.changes,
        native: figure?.native,
        rejot: figure?.rejot ?? Number.NaN,
        nativeProcessorMicros: micros(nativeProcessor),
        rejotProcessorMicros: micros(rejotProcessor),
      }
    })
    // Not the smallest: what happens once, such as the first plans, makes that one dear.
    const cheapest = Math.max(...points.slice(0, -1).map(({ rejot }) => rejot))
    const costRatio = points.length < 2 ? 1 : cheapest / (points.at(-1)?.rejot ?? Number.NaN)
    const unit = sizes[0]?.scenario.figures[0].unit ?? 'rows/s'
    return { scenario: name, unit, points, costRatio, verdict: { goal: `≤ ${flatUpTo}`, met: costRatio <= flatUpTo } }
  })
}

export function totalSeconds({ engine, walsender, queries, apply }: ProcessorTime): number {
  return engine + walsender + queries + apply
}

/** The lower middle of an even number; `undefined` of none. */
export function median(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}

/** Exact, not rounded: what is printed as 0.80 may be not met. */
function judge(goal: Goal, unit: string, rejot: number, ratio: number | undefined): Verdict {
  if (goal.of === 'ratio') {
    return { goal: `ratio ≥ ${goal.atLeast}`, met: ratio !== undefined && ratio >= goal.atLeast }
  }
  if ('atMost' in goal) return { goal: `≤ ${goal.atMost} ${unit}`, met: rejot <= goal.atMost }
  return { goal: `≥ ${goal.atLeast.toLocaleString('en')} ${unit}`, met: rejot >= goal.atLeast }
}

function medianProcessor(costs: readonly Cost[]): ProcessorTime | undefined {
  const times = costs.flatMap(({ processorTime }) => processorTime ?? [])
  const of = (spender: keyof ProcessorTime): number => median(times.map((time) => time[spender])) ?? 0
  if (times.length === 0) return undefined
  return { engine: of('engine'), walsender: of('walsender'), queries: of('queries'), apply: of('apply') }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
