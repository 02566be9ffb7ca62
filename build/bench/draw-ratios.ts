import type { FigureSummary } from './summarize.ts'
import { chartWidth, type Drawing, element, label, line, short } from './svg.ts'

const rowHeight = 26
const barsFrom = 400
const barsTo = chartWidth - 150
const top = 44

/** A bar for each rate: how fast ReJot is where native is 1, and a tick where its goal is. */
export function drawRatios(figures: readonly FigureSummary[]): Drawing {
  const rates = figures.filter(({ kind }) => kind === 'rate')
  if (rates.length === 0) return { height: 0, svg: '' }
  const largest = Math.max(1, ...rates.flatMap((one) => [one.ratio ?? 0, goalRatio(one) ?? 0])) * 1.05
  const x = (ratio: number): number => barsFrom + ((barsTo - barsFrom) * ratio) / largest
  const bottom = top + rates.length * rowHeight
  const rows = rates.map((figure, index) => drawRow(figure, top + index * rowHeight, x))
  const svg = [
    label(16, 20, 'Throughput as a share of native’s', { class: 'strong' }),
    ...rows,
    line([x(1), top - 6], [x(1), bottom], 'native thin'),
    label(x(1), top - 12, 'native = 1', { class: 'quiet', 'text-anchor': 'middle' }),
    line([x(0), top - 6], [x(0), bottom], 'axis'),
  ]
  return { height: bottom + 24, svg: svg.join('\n') }
}

function drawRow(figure: FigureSummary, y: number, x: (ratio: number) => number): string {
  const { scenario, figure: name, ratio, rejot, unit } = figure
  const base = y + 16
  const title = label(barsFrom - 12, base, name === '' ? scenario : `${scenario}, ${name}`, { 'text-anchor': 'end' })
  const rate = `${short(rejot)} ${unit}`
  if (ratio === undefined) return title + label(x(1) + 8, base, `${rate}; native has no such thing`, { class: 'quiet' })
  const goal = goalRatio(figure)
  const bar = element('rect', {
    x: x(0),
    y: y + 4,
    width: x(ratio) - x(0),
    height: rowHeight - 10,
    rx: 2,
    class: 'rejot-fill',
  })
  const tick = goal === undefined ? '' : line([x(goal), y + 1], [x(goal), y + rowHeight - 3], 'goal')
  const end = Math.max(x(ratio), x(goal ?? 0), ratio < 1 ? x(1) : 0) + 8
  return title + bar + tick + label(end, base, `${ratio.toFixed(2)}  (${rate})`, { class: 'quiet' })
}

/** Only goals of the ratio have a place on its scale. */
function goalRatio({ verdict }: FigureSummary): number | undefined {
  const found = /^ratio ≥ ([\d.]+)$/.exec(verdict?.goal ?? '')
  return found === null ? undefined : Number(found[1])
}
