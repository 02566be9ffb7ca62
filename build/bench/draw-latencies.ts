import type { FigureSummary } from './summarize.ts'
import { chartWidth, type Drawing, element, label, line } from './svg.ts'

const rowHeight = 34
const from = 400
const to = chartWidth - 90
const top = 44
const marks = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

/** Median, 95 and 99 in a hundred of each, on a line between them; milliseconds, on a scale of ratios. */
export function drawLatencies(figures: readonly FigureSummary[]): Drawing {
  const latencies = figures.filter(({ kind }) => kind === 'latency')
  if (latencies.length === 0) return { height: 0, svg: '' }
  const all = latencies.flatMap(({ native, rejot }) => (native === undefined ? [rejot] : [native, rejot]))
  const low = marks.findLast((mark) => mark <= Math.min(...all)) ?? 0.1
  const high = marks.find((mark) => mark >= Math.max(...all)) ?? 1_000
  const x = (ms: number): number => from + ((to - from) * Math.log(ms / low)) / Math.log(high / low)
  const scenarios = [...new Set(latencies.map(({ scenario }) => scenario))]
  const bottom = top + scenarios.length * rowHeight
  const grid = marks
    .filter((mark) => mark >= low && mark <= high)
    .map(
      (ms) =>
        line([x(ms), top - 6], [x(ms), bottom], 'grid') +
        label(x(ms), top - 12, String(ms), { class: 'quiet', 'text-anchor': 'middle' }),
    )
  const rows = scenarios.map((scenario, index) => {
    const y = top + index * rowHeight + rowHeight / 2
    const of = latencies.filter((one) => one.scenario === scenario)
    return [
      label(from - 12, y + 4, scenario.replace(/^latency at /, ''), { 'text-anchor': 'end' }),
      drawSpan(of.flatMap(({ native }) => native ?? []).map(x), y - 6, 'native'),
      drawSpan(
        of.map(({ rejot }) => x(rejot)),
        y + 6,
        'rejot',
      ),
    ].join('')
  })
  const title = label(16, 20, 'Latency, commit to visible: p50, p95, p99 in ms', { class: 'strong' })
  return { height: bottom + 24, svg: [title, ...grid, ...rows].join('\n') }
}

function drawSpan(xs: readonly number[], y: number, who: 'native' | 'rejot'): string {
  const [first, last] = [xs[0], xs.at(-1)]
  if (first === undefined || last === undefined) return ''
  return (
    line([first, y], [last, y], who) +
    xs.map((x) => element('circle', { cx: x, cy: y, r: 4, class: `${who}-fill` })).join('')
  )
}
