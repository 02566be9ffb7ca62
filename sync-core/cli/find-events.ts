import type { EventFilter, EventReader, EventRow } from '../domain/event-reader.ts'

/** Offsets that are looked through for one answer, so that nobody holds more than that many rows. */
const windowOffsets = 5_000
const pageRows = 1_000

/** The newest stored event, 0 when there is none. */
export function headOf(reader: EventReader): number {
  return reader.page({ filter: {}, limit: 1 }).rows[0]?.offset ?? 0
}

/** The newest events that match, at most `limit`, the newest last. */
export function newestEvents(reader: EventReader, filter: EventFilter, limit: number): readonly EventRow[] {
  return collect(reader, { filter, after: 0, limit }).toReversed()
}

/** What matches in the next part of the log after an offset, the newest last; `through` is where that part ends. */
export function eventsAfter(
  reader: EventReader,
  filter: EventFilter,
  after: number,
): { readonly rows: readonly EventRow[]; readonly through: number } {
  const through = Math.min(headOf(reader), after + windowOffsets)
  if (through <= after) return { rows: [], through: after }
  const rows = collect(reader, { filter, after, before: through + 1, limit: Number.POSITIVE_INFINITY })
  return { rows: rows.toReversed(), through }
}

interface Wanted {
  readonly filter: EventFilter
  readonly after: number
  readonly before?: number
  readonly limit: number
}

/** Newest first. A page ends when it is full, and also when its search took too long. */
function collect(reader: EventReader, { filter, after, before, limit }: Wanted): readonly EventRow[] {
  const rows: EventRow[] = []
  let next = before
  while (rows.length < limit) {
    const size = Math.min(pageRows, limit - rows.length)
    const page = reader.page({ filter, after, limit: size, ...(next === undefined ? {} : { before: next }) })
    rows.push(...page.rows)
    next = page.more ? page.rows.at(-1)?.offset : page.searchedTo
    if (next === undefined) break
  }
  return rows
}
