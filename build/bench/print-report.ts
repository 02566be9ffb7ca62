import type { Report } from './report.ts'
import { type CostSummary, type FigureSummary, type GrowthSummary, totalSeconds, type Verdict } from './summarize.ts'

const nothing = '–'
/** Of the one large transaction that the goals speak of. */
const goalRows = 500_000

/** The report as tables for a terminal. */
export function printReport(report: Report): string {
  const { figures, costs, memory, growth, rounds, handOver } = report
  const parts = [
    table([`median of ${rounds}`, 'native', 'ReJot', 'ratio', 'goal', ''], figures.map(figureLine)),
    `ratio: ReJot / native. ${nothing} under native: it has no such thing`,
    table(
      [
        'processor seconds',
        'native: walsender + apply',
        'ReJot: engine + walsender + queries + apply',
        'ratio',
        'peak MB',
        'events/fsync',
      ],
      costs.map(costLine),
    ),
    'peak MB: resident memory of the engine; events/fsync: events by closing transactions of its store, each one wait for the disk',
    `a round trip that asks nothing: ${amount(handOver.roundTripMs, 'ms')}, a wait for the disk: ${amount(handOver.diskWaitMs, 'ms')} (medians, 100 a second)`,
  ]
  if (report.rows !== goalRows)
    parts.push(`Goals are meant for ${count(goalRows)} rows; this run had ${count(report.rows)}`)
  if (memory !== undefined)
    parts.push(
      `peak memory of the engine: ${megabytes(memory.peakBytes)} MB, goal ${verdict(memory.verdict).join(': ')}`,
    )
  if (growth.length > 0)
    parts.push(
      growthTable(growth),
      'cost: time for one change at the largest size, by that at the cheapest smaller one; ReJot',
    )
  return `${[...parts, report.machine].join('\n\n')}\n`
}

function figureLine({
  scenario,
  figure,
  changes,
  kind,
  unit,
  native,
  rejot,
  ratio,
  verdict: judged,
}: FigureSummary): string[] {
  const size = kind === 'rate' ? ` (${count(changes)})` : ''
  const name = `${scenario}${size}${figure === '' ? '' : `, ${figure}`}`
  return [name, amount(native, unit), amount(rejot, unit), share(ratio), ...verdict(judged)]
}

function costLine({ scenario, nativeProcessor: native, rejotProcessor: rejot, ...cost }: CostSummary): string[] {
  const parts = (sum: number, values: readonly number[]): string =>
    `${sum.toFixed(2)} = ${values.map((value) => value.toFixed(2)).join(' + ')}`
  return [
    scenario,
    native === undefined ? nothing : parts(totalSeconds(native), [native.walsender, native.apply]),
    rejot === undefined
      ? nothing
      : parts(totalSeconds(rejot), [rejot.engine, rejot.walsender, rejot.queries, rejot.apply]),
    share(cost.processorRatio),
    cost.peakMemoryBytes === undefined ? nothing : megabytes(cost.peakMemoryBytes),
    cost.eventsPerClosing === undefined ? nothing : cost.eventsPerClosing.toFixed(1),
  ]
}

function growthTable(growth: readonly GrowthSummary[]): string {
  const sizes = growth[0]?.points.map(({ changes }) => count(changes)) ?? []
  const lines = growth.flatMap(({ scenario, unit, points, costRatio, verdict: judged }) => [
    [`${scenario}, native`, ...points.map(({ native }) => amount(native, unit)), '', '', ''],
    [`${scenario}, ReJot`, ...points.map(({ rejot }) => amount(rejot, unit)), share(costRatio), ...verdict(judged)],
    [
      '  its processor time',
      ...points.map(({ rejotProcessorMicros: micros }) => (micros === undefined ? nothing : `${micros.toFixed(1)} µs`)),
      '',
      '',
      '',
    ],
  ])
  return table(['growth', ...sizes, 'cost', 'goal', ''], lines)
}

function verdict(judged: Verdict | undefined): [goal: string, met: string] {
  return judged === undefined ? ['', ''] : [judged.goal, judged.met ? 'met' : 'not met']
}

/** `57,012 rows/s`, `2.43 ms`. */
function amount(value: number | undefined, unit: string): string {
  if (value === undefined) return nothing
  return unit === 'ms' ? `${value.toFixed(2)} ms` : `${count(Math.round(value))} ${unit}`
}

function share(value: number | undefined): string {
  return value === undefined ? nothing : value.toFixed(2)
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0)
}

function count(value: number): string {
  return value.toLocaleString('en')
}

/** Columns as wide as their widest cell; the first one to the left, the others to the right. */
function table(header: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...lines].map((line) => line[column]?.length ?? 0)))
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return [header, ...lines].map((line) => line.map(pad).join('  ').trimEnd()).join('\n')
}
