/** Dates and times as the server counts them, from 2000-01-01, in the text that it prints with `DateStyle` ISO. */

const microsPerDay = 86_400_000_000n
const microsPerSecond = 1_000_000
const earliest = -0x8000_0000_0000_0000n
const latest = 0x7fff_ffff_ffff_ffffn

export interface CivilDate {
  /** Astronomical: 0 is 1 BC. */
  readonly year: number
  readonly month: number
  readonly day: number
}

/** @param days since 2000-01-01 */
export function dateOf(days: number): CivilDate | 'infinity' | '-infinity' {
  if (days === 0x7fff_ffff) return 'infinity'
  if (days === -0x8000_0000) return '-infinity'
  // Years begin in March here, so that the day that some lack is their last: eras of 400 years have 146,097 days each.
  const shifted = days + 730_425
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/** @param behind what stands between date and era: the time of day */
export function civilDate(date: CivilDate | string, behind = ''): string {
  if (typeof date === 'string') return date
  const { year, month, day } = date
  const shown = year > 0 ? year : 1 - year
  return `${digits(shown, 4)}-${digits(month, 2)}-${digits(day, 2)}${behind}${year > 0 ? '' : ' BC'}`
}

/** @param micros since midnight; a whole day is 24:00:00 */
export function clockTime(micros: number): string {
  const seconds = Math.floor(micros / microsPerSecond)
  const rest = micros % microsPerSecond
  const fraction = rest === 0 ? '' : `.${digits(rest, 6).replace(/0+$/, '')}`
  return `${digits(Math.floor(seconds / 3_600), 2)}:${digits(Math.floor(seconds / 60) % 60, 2)}:${digits(seconds % 60, 2)}${fraction}`
}

/** @param zone printed behind the time */
export function instantOf(micros: bigint, zone: string): string {
  if (micros === latest) return 'infinity'
  if (micros === earliest) return '-infinity'
  const rest = ((micros % microsPerDay) + microsPerDay) % microsPerDay
  const days = Number((micros - rest) / microsPerDay)
  return civilDate(dateOf(days), ` ${clockTime(Number(rest))}${zone}`)
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}
