export type TimeZone = 'local' | 'utc'

/** `14:03:20.791` */
export function formatClock(ms: number, zone: TimeZone): string {
  const time = parts(ms, zone)
  return `${time.hour}:${time.minute}:${time.second}.${pad(new Date(ms).getUTCMilliseconds(), 3)}`
}

/** `14:03`, for an axis and for today. */
export function formatMinute(ms: number, zone: TimeZone): string {
  const time = parts(ms, zone)
  return `${time.hour}:${time.minute}`
}

/** `2026-11-21 14:03:20.791`, what a tooltip says beside a relative time. */
export function formatAbsolute(ms: number, zone: TimeZone): string {
  const { year, month, day } = parts(ms, zone)
  return `${year}-${month}-${day} ${formatClock(ms, zone)} ${zoneName(ms, zone)}`
}

/** `UTC`, `UTC+1`, `UTC+5:30` */
export function zoneName(ms: number, zone: TimeZone): string {
  const offsetMin = zone === 'utc' ? 0 : -new Date(ms).getTimezoneOffset()
  if (offsetMin === 0) return 'UTC'
  const minutes = Math.abs(offsetMin) % 60
  return `UTC${offsetMin < 0 ? '−' : '+'}${Math.floor(Math.abs(offsetMin) / 60)}${minutes === 0 ? '' : `:${pad(minutes, 2)}`}`
}

/** `2026-11-21T14:03:20`, as a field for a day and a time has it. */
export function wallTime(ms: number, zone: TimeZone): string {
  const { year, month, day, hour, minute, second } = parts(ms, zone)
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}:${second}`
}

/** The moment that such a field says, as ISO 8601 in UTC; `undefined` while it says none. */
export function readWallTime(text: string, zone: TimeZone): string | undefined {
  const time = new Date(zone === 'utc' ? `${text}Z` : text)
  return text === '' || Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}

/** How long something took: `0.4 ms`, `38 ms`, `1.2 s`, `2 min 20 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${Math.max(0, ms).toFixed(1).replace('.0', '')} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1).replace('.0', '')} s`
  return formatSpan(ms)
}

/** How long something has lasted, two units at most: `12 s`, `2 min 20 s`, `6 d 4 h`. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  const units: [string, number][] = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3_600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ]
  const first = units.findIndex(([, value]) => value > 0)
  if (first < 0) return '0 s'
  return units
    .slice(first, first + 2)
    .filter(([, value]) => value > 0)
    .map(([unit, value]) => `${value} ${unit}`)
    .join(' ')
}

/** One unit, for a narrow column: `0.4 s`, `42 s`, `3 min`, `2 h`, `6 d`. */
export function formatAge(ms: number): string {
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`
  return formatSpan(ms).split(' ').slice(0, 2).join(' ')
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

function parts(ms: number, zone: TimeZone) {
  const date = new Date(ms)
  const utc = zone === 'utc'
  return {
    year: String(utc ? date.getUTCFullYear() : date.getFullYear()),
    month: pad((utc ? date.getUTCMonth() : date.getMonth()) + 1, 2),
    day: pad(utc ? date.getUTCDate() : date.getDate(), 2),
    hour: pad(utc ? date.getUTCHours() : date.getHours(), 2),
    minute: pad(utc ? date.getUTCMinutes() : date.getMinutes(), 2),
    second: pad(utc ? date.getUTCSeconds() : date.getSeconds(), 2),
  }
}
