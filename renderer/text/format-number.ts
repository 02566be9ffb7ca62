/** `12,408,117`, the same in every language of the system, so that screenshots and logs agree. */
export function formatCount(count: number): string {
  return grouped.format(Math.round(count))
}

/** `86`, `1.2k`, `12.4M`: three digits at most. */
export function formatCompact(count: number): string {
  const scale = scales.find(({ from }) => Math.abs(count) >= from)
  if (scale === undefined) return String(Math.round(count))
  return `${threeDigits(count / scale.unit)}${scale.suffix}`
}

/** Per second: `0/s`, `4.1/s`, `312/s`, `1.2k/s`. */
export function formatRate(perSecond: number): string {
  if (perSecond <= 0) return '0/s'
  if (perSecond < 0.1) return '<0.1/s'
  return `${perSecond < 9.95 ? perSecond.toFixed(1) : formatCompact(perSecond)}/s`
}

/** `441 B`, `64 MB`, `1.8 GB`, in powers of 1,024 as Postgres counts. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1_000 && unit < byteUnits.length - 1) {
    value /= 1_024
    unit += 1
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)} ${byteUnits[unit]}`
}

/** `1 event`, `2 events`. */
export function formatPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']
const scales = [
  { from: 999_500_000, unit: 1_000_000_000, suffix: 'G' },
  { from: 999_500, unit: 1_000_000, suffix: 'M' },
  { from: 1_000, unit: 1_000, suffix: 'k' },
]

function threeDigits(value: number, decimals = value < 99.5 ? 1 : 0): string {
  const text = value.toFixed(decimals)
  return text.endsWith('.0') ? text.slice(0, -2) : text
}
