import { drawGrowth } from './draw-growth.ts'
import { drawLatencies } from './draw-latencies.ts'
import { drawRatios } from './draw-ratios.ts'
import type { Report } from './report.ts'
import { chartWidth, type Drawing, element, label, line, moved } from './svg.ts'

/** The report as a picture that stands by itself: one SVG, for light and dark, without anything to be fetched. */
export function drawChart(report: Report): string {
  const parts = [
    drawHead(report),
    drawRatios(report.figures),
    drawLatencies(report.figures),
    drawGrowth(report.growth),
  ].filter(({ height }) => height > 0)
  let height = 0
  const placed = parts.map((part) => {
    const svg = moved(height, part.svg)
    height += part.height
    return svg
  })
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${chartWidth} ${height}`,
    width: chartWidth,
    height,
    role: 'img',
    'aria-label': 'ReJot beside native logical replication',
  }
  const plane = element('rect', { width: chartWidth, height, rx: 6, class: 'plane' })
  return `${element('svg', attributes, `\n<style>${style}</style>\n${[plane, ...placed].join('\n')}\n`)}\n`
}

function drawHead({ machine, rounds }: Report): Drawing {
  const svg = [
    label(16, 32, 'ReJot beside native logical replication', { class: 'title' }),
    label(16, 54, `Same rows, same servers, same run; median of ${rounds}. ${machine}`, { class: 'quiet' }),
    element('circle', { cx: 22, cy: 76, r: 5, class: 'rejot-fill' }),
    label(34, 80, 'ReJot'),
    element('circle', { cx: 100, cy: 76, r: 5, class: 'native-fill' }),
    label(112, 80, 'native'),
    line([180, 69], [180, 83], 'goal'),
    label(190, 80, 'goal'),
  ]
  return { height: 104, svg: svg.join('\n') }
}

// The window's own colours, which were chosen for contrast on both planes.
const style = `
svg { --plane: #ffffff; --text: #161a22; --quiet: #5a6272; --line: #d5d9e1; --native: #7d8594; --rejot: #0a5dcc; --goal: #b8232f }
@media (prefers-color-scheme: dark) {
  svg { --plane: #0f1217; --text: #e8ebf0; --quiet: #9aa3b2; --line: #2b323e; --native: #8b94a4; --rejot: #6ea8ff; --goal: #ff8088 }
}
text { font: 12px "Inter Variable", Inter, system-ui, sans-serif; fill: var(--text) }
.title { font-size: 18px; font-weight: 600 }
.strong { font-size: 14px; font-weight: 600 }
.small { font-size: 11px }
.quiet { font-size: 11px; fill: var(--quiet) }
.plane { fill: var(--plane) }
.axis, .grid { stroke: var(--line) }
.native { stroke: var(--native); stroke-width: 2 }
.rejot { stroke: var(--rejot); stroke-width: 2 }
.thin { stroke-width: 1; stroke-dasharray: 3 3 }
.curve { fill: none }
.goal { stroke: var(--goal); stroke-width: 2 }
.native-fill { fill: var(--native) }
.rejot-fill { fill: var(--rejot) }
.native-text { font-size: 11px; fill: var(--quiet) }
.rejot-text { font-size: 11px; fill: var(--rejot) }
`
