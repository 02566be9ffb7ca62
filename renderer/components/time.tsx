import { useSettings } from '../stores/program.ts'
import { useNow } from '../stores/use-now.ts'
import { formatAbsolute, formatAge } from '../text/format-time.ts'

/** `42 s ago`, with the absolute time on hover. */
export function Ago({ at, suffix = ' ago' }: { at: number; suffix?: string }) {
  const zone = useSettings((settings) => settings.timeZone)
  const age = Math.max(0, useNow() - at)
  return (
    <time className="num" dateTime={new Date(at).toISOString()} title={formatAbsolute(at, zone)}>
      {age < 1_000 ? 'now' : `${formatAge(age)}${suffix}`}
    </time>
  )
}
