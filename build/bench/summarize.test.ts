import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Result } from './run-scenarios.ts'
import type { FigureKind, Measurement } from './scenario.ts'
import { judgeMemory, median, summarizeCosts, summarizeFigures, summarizeGrowth } from './summarize.ts'

const megabyte = 1024 * 1024

test('the median of an even number is a value that was measured', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, 1, 3, 2]), 2)
  assert.equal(median([]), undefined)
})

test('a ratio is of the medians, and judged exactly', () => {
  const goal = { of: 'ratio', atLeast: 0.8 } as const
  const [met] = summarizeFigures(result({ goal, native: [100, 90, 500], rejot: [10, 80, 90] }))
  assert.equal(met?.native, 100)
  assert.equal(met?.rejot, 80)
  assert.deepEqual([met?.ratio, met?.verdict], [0.8, { goal: 'ratio ≥ 0.8', met: true }])
  const [missed] = summarizeFigures(result({ goal, native: [1_000], rejot: [799] }))
  assert.deepEqual(missed?.verdict, { goal: 'ratio ≥ 0.8', met: false })
})

test('a rate and a latency have goals of their own', () => {
  const rate = (rejot: number) => result({ goal: { of: 'rejot', atLeast: 100_000 }, native: [1], rejot: [rejot] })
  assert.deepEqual(summarizeFigures(rate(100_000))[0]?.verdict, { goal: '≥ 100,000 rows/s', met: true })
  assert.equal(summarizeFigures(rate(99_999))[0]?.verdict?.met, false)
  const latency = (ms: number) => result({ goal: { of: 'rejot', atMost: 2.5 }, unit: 'ms', native: [1], rejot: [ms] })
  assert.deepEqual(summarizeFigures(latency(2.5))[0]?.verdict, { goal: '≤ 2.5 ms', met: true })
  assert.equal(summarizeFigures(latency(2.6))[0]?.verdict?.met, false)
})

test('what native has no such thing for has no ratio', () => {
  const alone = result({ native: [], rejot: [5] })
  assert.deepEqual(
    summarizeFigures(alone).map(({ native, ratio, verdict }) => [native, ratio, verdict]),
    [[undefined, undefined, undefined]],
  )
  assert.equal(summarizeCosts(alone).nativeProcessor, undefined)
})

test('costs: processor time of each part, the highest memory, events of all rounds by all waits', () => {
  const costs = summarizeCosts(result({ native: [1, 1], rejot: [1, 1] }))
  assert.deepEqual(costs.rejotProcessor, { engine: 2, walsender: 1, queries: 0, apply: 1 })
  assert.equal(costs.processorRatio, 2)
  assert.equal(costs.peakMemoryBytes, 301 * megabyte)
  assert.equal(costs.eventsPerClosing, 2_000 / 30)
  assert.deepEqual(judgeMemory([costs]), {
    peakBytes: 301 * megabyte,
    verdict: { goal: '≤ 250 MB', met: false },
  })
})

test('growth: what a row costs at the largest size by what it costs at the cheapest smaller one', () => {
  const at = (changes: number, rejot: number) => ({
    ...result({ native: [], rejot: [rejot] }),
    size: { table: 0, changes },
  })
  const [flat] = summarizeGrowth([at(10_000, 30_000), at(100_000, 50_000), at(1_000_000, 40_000)])
  assert.equal(flat?.costRatio, 1.25)
  assert.equal(flat?.verdict.met, true)
  assert.deepEqual(
    flat?.points.map(({ changes, rejotProcessorMicros }) => [changes, rejotProcessorMicros]),
    [
      [10_000, 400],
      [100_000, 40],
      [1_000_000, 4],
    ],
  )
  const [steep] = summarizeGrowth([at(10_000, 50_000), at(1_000_000, 39_000)])
  assert.equal(steep?.verdict.met, false)
})

/** Each round of native spends 2 s; each of ReJot 4 s, round by round 1 MB and 10 waits more, for 1,000 events. */
function result(given: {
  readonly native: readonly number[]
  readonly rejot: readonly number[]
  readonly unit?: FigureKind['unit']
  readonly goal?: NonNullable<FigureKind['goal']>
}): Result {
  const { native, rejot, unit = 'rows/s', goal } = given
  const measure = (value: number): Measurement => ({
    values: [value],
    cost: {
      processorTime: { engine: 0, walsender: 1, queries: 0, apply: 1 },
      peakMemoryBytes: undefined,
      storeWrites: undefined,
    },
  })
  return {
    scenario: {
      name: 'a scenario',
      kind: 'rate',
      changes: (rows) => rows,
      figures: [{ name: '', unit, ...(goal === undefined ? {} : { goal }) }],
      measure: async () => measure(0),
    },
    size: { table: 0, changes: 1_000 },
    native: native.map(measure),
    rejot: rejot.map((value, round) => ({
      values: [value],
      cost: {
        processorTime: { engine: 2, walsender: 1, queries: 0, apply: 1 },
        peakMemoryBytes: (300 + round) * megabyte,
        storeWrites: { events: 1_000, closings: 10 * (round + 1) },
      },
    })),
  }
}
