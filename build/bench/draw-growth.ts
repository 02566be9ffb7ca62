import type { GrowthSummary } from './summarize.ts'
import { chartWidth, type Drawing, element, label, line, short } from './svg.ts'

const columns = 3
const gap = 24
const panelWidth = (chartWidth - 32 - gap * (columns - 1)) / columns
const panelHeight = 164
const top = 36
const plot = { top: 44, bottom: 126 }
/** Two lines of text nearer than this would be one blot. */
const textHeight = 12

/** A small panel for each rate: rows a second over the number of rows, which grows tenfold from point to point. */
export function drawGrowth(growth: readonly GrowthSummary[]): Drawing {
  if (growth.length === 0) return { height: 0, svg: '' }
  const panels = growth.map((one, index) => {
    const x = 16 + (index % columns) * (panelWidth + gap)
    const y = top + Math.floor(index / columns) * panelHeight
    return element('g', { transform: `translate(${Math.round(x)} ${y})` }, drawPanel(one))
  })
  const title = label(16, 20, 'How throughput grows with the number of rows', { class: 'strong' })
  return { height: top + Math.ceil(growth.length / columns) * panelHeight, svg: [title, ...panels].join('\n') }
}

function drawPanel({ scenario, unit, points }: GrowthSummary): string {
  const sizes = points.map(({ changes }) => Math.log(changes))
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)]
  const highest = Math.max(...points.flatMap(({ native, rejot }) => [native ?? 0, rejot]))
  // A single size stands in the middle.
  const x = (changes: number): number =>
    most === least ? panelWidth / 2 : ((panelWidth - 60) * (Math.log(changes) - least)) / (most - least) + 10
  const y = (rate: number): number => plot.bottom - ((plot.bottom - plot.top) * rate) / highest
  const ends = { native: y(points.at(-1)?.native ?? 0), rejot: y(points.at(-1)?.rejot ?? 0) }
  const apart = Math.max(0, textHeight - Math.abs(ends.native - ends.rejot)) / 2
  const curve = (who: 'native' | 'rejot'): string => {
    const places = points.flatMap((point) => {
      const rate = point[who]
      return rate === undefined ? [] : [{ x: x(point.changes), y: y(rate), rate }]
    })
    const last = places.at(-1)
    if (last === undefined) return ''
    const path = places.map((place) => `${place.x.toFixed(1)},${place.y.toFixed(1)}`).join(' ')
    const isUpper = ends[who] < ends[who === 'native' ? 'rejot' : 'native']
    return [
      element('polyline', { points: path, class: `${who} curve` }),
      ...places.map((place) => element('circle', { cx: place.x, cy: place.y, r: 3, class: `${who}-fill` })),
      label(last.x + 8, last.y + 4 + (isUpper ? -apart : apart), short(last.rate), { class: `${who}-text` }),
    ].join('')
  }
  return [
    label(0, 12, scenario, { class: 'small' }),
    label(0, 27, unit, { class: 'quiet' }),
    line([0, plot.bottom], [panelWidth - 40, plot.bottom], 'axis'),
    ...points.map(({ changes }) =>
      label(x(changes), plot.bottom + 15, short(changes), { class: 'quiet', 'text-anchor': 'middle' }),
    ),
    curve('native'),
    curve('rejot'),
  ].join('')
}
