interface ChartProps {
  /** One a second, oldest first. */
  readonly values: readonly number[]
  /** How many seconds the width stands for. */
  readonly seconds: number
  readonly height: number
  readonly label: string
  readonly fill?: boolean
}

const width = 280

/** A line over the last minutes: base line solid, half line dashed, a dot at now. */
export function Chart({ values, seconds, height, label, fill = false }: ChartProps) {
  const points = downsample(values, width)
  const top = Math.max(...points, 0) * 1.15 || 1
  const step = width / (Math.min(seconds, width) - 1)
  const x = (index: number) => width - (points.length - 1 - index) * step
  const y = (value: number) => height - 1 - (value / top) * (height - 6)
  const line = points
    .map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('')
  const last = points.at(-1)
  return (
    <svg
      className="chart"
      viewBox={`0 0 ${width} ${height}`}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path d={`M0 ${height / 2}H${width}`} className="chart-half" />
      <path d={`M0 ${height - 0.5}H${width}`} className="chart-base" />
      {fill && points.length > 1 && <path d={`${line}V${height}H${x(0).toFixed(1)}Z`} className="chart-fill" />}
      {points.length > 1 && <path d={line} className="chart-line" />}
      {last !== undefined && <path d={`M${width} ${y(last).toFixed(1)}h0`} className="chart-dot" />}
    </svg>
  )
}

/** The largest of each part, so that a short spike is seen. */
function downsample(values: readonly number[], parts: number): number[] {
  if (values.length <= parts) return [...values]
  const size = values.length / parts
  return Array.from({ length: parts }, (_, part) =>
    Math.max(
      ...values.slice(Math.floor(part * size), Math.max(Math.floor(part * size) + 1, Math.floor((part + 1) * size))),
    ),
  )
}
