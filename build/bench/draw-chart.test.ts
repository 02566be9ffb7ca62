import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawChart } from './draw-chart.ts'
import type { Report } from './report.ts'

const figure = { kind: 'rate', figure: '', changes: 100, unit: 'rows/s', native: 100, verdict: undefined } as const

test('a bar is as long as its ratio, and a goal stands where it is on the same scale', () => {
  const svg = drawChart({
    ...empty,
    figures: [
      { ...figure, scenario: 'slow', rejot: 50, ratio: 0.5, verdict: { goal: 'ratio ≥ 1', met: false } },
      { ...figure, scenario: 'fast', rejot: 200, ratio: 2 },
    ],
  })
  const [slow, fast] = [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*rejot-fill/g)]
  assert.equal(Math.round((Number(fast?.[2]) / Number(slow?.[2])) * 10), 40)
  const goals = [...svg.matchAll(/<line x1="([\d.]+)"[^>]*class="goal"/g)].map((match) => Number(match[1]))
  // The first is the one that is explained at the top.
  assert.equal(Math.round(Number(goals[1]) - Number(slow?.[1])), Math.round(Number(slow?.[2]) * 2))
})

test('text stays text', () => {
  const svg = drawChart({ ...empty, machine: 'a <b> & "c"' })
  assert.ok(svg.includes('a &lt;b&gt; &amp; &quot;c&quot;'))
})

test('a run of one size, and one without native, can be drawn', () => {
  const points = [
    { changes: 10_000, native: undefined, rejot: 5, nativeProcessorMicros: undefined, rejotProcessorMicros: undefined },
  ]
  const svg = drawChart({
    ...empty,
    figures: [{ ...figure, scenario: 'alone', native: undefined, rejot: 5, ratio: undefined }],
    growth: [{ scenario: 'alone', unit: 'rows/s', points, costRatio: 1, verdict: { goal: '≤ 1.25', met: true } }],
  })
  assert.ok(svg.includes('native has no such thing'))
  assert.ok(!svg.includes('NaN') && !svg.includes('undefined') && !svg.includes('Infinity'))
})

const empty: Report = {
  machine: 'a machine',
  handOver: { roundTripMs: 1, diskWaitMs: 1 },
  rows: 100,
  rounds: 1,
  figures: [],
  costs: [],
  memory: undefined,
  growth: [],
  raw: [],
}
