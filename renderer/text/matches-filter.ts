import type { EventRowView } from '../../main/contract/contract.ts'
import type { EventFilter } from './filter-language.ts'
import { parseJson } from './lossless-json.ts'

/**
 * Whether a row of the tail belongs into the table. `undefined` when a row alone cannot say: its text is not sent with it.
 * The same rules as the event store's own search.
 */
export function matchesFilter(row: EventRowView, filter: EventFilter): boolean | undefined {
  if (filter.schemas !== undefined && !filter.schemas.includes(row.schema)) return false
  if (filter.operations !== undefined && !filter.operations.includes(row.operation)) return false
  if (filter.since !== undefined && row.receivedAt < filter.since) return false
  if (filter.until !== undefined && row.receivedAt >= filter.until) return false
  if (filter.key !== undefined && !keyValues(row.key).includes(filter.key)) return false
  return filter.text === undefined ? true : undefined
}

/** The parts of a public row key as text: `[7,"a"]` → `7`, `a`. */
export function keyValues(key: string): string[] {
  const parsed = parseJson(key)
  if (parsed?.type !== 'array') return [key]
  return parsed.items.map((item) => (item.type === 'string' ? item.value : item.raw))
}
