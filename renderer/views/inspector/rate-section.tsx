import { Chart } from '../../components/chart.tsx'
import { historySeconds } from '../../stores/history.ts'
import { useProgram, useStatus } from '../../stores/program.ts'
import { formatRate } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { Section } from './section.tsx'

/** The last minutes of a counter. The axis grows until it has 15 minutes. */
export function RateSection({ objectKey, title }: { objectKey: string; title: string }) {
  const { status } = useProgram()
  // Looked at again with each status.
  useStatus((state) => state.status?.at)
  const rates = status.history(objectKey).rates()
  const [value, unit] = splitUnit(formatRate(rates.at(-1) ?? 0))
  return (
    <Section title={title} right={<Figure value={value} unit={unit} />}>
      <Chart values={rates} seconds={axisSeconds(rates.length)} height={52} fill label={`${title}, per second`} />
      <div className="chart-axis num">
        <span>{axisStart(rates.length)}</span>
        <span>peak {formatRate(Math.max(0, ...rates))}</span>
        <span>now</span>
      </div>
    </Section>
  )
}

/** Commit to visible at the destination. */
export function LagSection({ objectKey }: { objectKey: string }) {
  const { status } = useProgram()
  useStatus((state) => state.status?.at)
  const lags = status.history(objectKey).lags()
  const last = lags.at(-1)
  const [value, unit] = splitUnit(last === undefined ? '' : formatDuration(last))
  const sorted = [...lags].sort((a, b) => a - b)
  const quantile = (share: number) =>
    formatDuration(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
  return (
    <Section title="Lag" right={<Figure value={value} unit={unit} before="commit to visible" />}>
      <div className="chart-quiet">
        <Chart values={lags} seconds={axisSeconds(lags.length)} height={36} label="Lag in milliseconds" />
      </div>
      {lags.length > 0 && (
        <div className="chart-axis num">
          <span>p50 {quantile(0.5)}</span>
          <span>p95 {quantile(0.95)}</span>
          <span>p99 {quantile(0.99)}</span>
        </div>
      )}
    </Section>
  )
}

function Figure({ value, unit, before }: { value: string; unit: string; before?: string }) {
  return (
    <span className="figure">
      {before !== undefined && <span className="figure-before">{before}</span>}
      <strong className="num">{value}</strong> {unit}
    </span>
  )
}

/** `312/s` → `312`, `/s`; `38 ms` → `38`, `ms`. */
function splitUnit(text: string): readonly [string, string] {
  const match = /^([\d.,<]+k?M?)\s?(.*)$/.exec(text)
  return match === null ? [text, ''] : [match[1] ?? '', match[2] ?? '']
}

function axisSeconds(length: number): number {
  return Math.min(historySeconds, Math.max(60, Math.ceil(length / 60) * 60))
}

function axisStart(length: number): string {
  return `−${axisSeconds(length) / 60} min`
}
