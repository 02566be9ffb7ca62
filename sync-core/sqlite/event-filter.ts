import type { EventFilter } from '../domain/event-reader.ts'
import { operationCode } from './operation-code.ts'
import { splitArray } from './split-json.ts'

/** A filter as SQL over `event e` and `epoch p`, with its values in order. */
export interface FilterSql {
  /** Begins with ` and` when there is any. */
  readonly where: string
  readonly values: readonly (string | number)[]
}

/** Function that the reader's connection knows: whether a public row key holds a value. */
export const keyHoldsFunction = 'key_holds'

/** `schemaIds`: of the names in the filter, those that the store knows. */
export function filterSql(filter: EventFilter, schemaIds: readonly number[] | undefined): FilterSql {
  const parts: { readonly sql: string; readonly values: readonly (string | number)[] }[] = []
  const add = (sql: string, ...values: readonly (string | number)[]) => parts.push({ sql, values })

  if (schemaIds !== undefined) add('e.schema in (select value from json_each(?))', JSON.stringify(schemaIds))
  if (filter.operations !== undefined) {
    add(
      'e.operation in (select value from json_each(?))',
      JSON.stringify(filter.operations.map((o) => operationCode[o])),
    )
  }
  if (filter.since !== undefined) add('p.received_at >= ?', filter.since)
  if (filter.until !== undefined) add('p.received_at < ?', filter.until)
  if (filter.key !== undefined) {
    // `instr` first: it is a hundred times cheaper than the function, and lets few keys through to it.
    add(`instr(e.key, ?) > 0 and ${keyHoldsFunction}(e.key, ?)`, JSON.stringify(filter.key).slice(1, -1), filter.key)
  }
  if (filter.text !== undefined) add('instr(e.payload, ?) > 0', filter.text)
  return { where: parts.map((part) => ` and ${part.sql}`).join(''), values: parts.flatMap((part) => part.values) }
}

/** Whether a value of the key's array is that text, as a number or as a string: `42` is in `[42]` and in `["42"]`. */
export function keyHolds(key: string, wanted: string): boolean {
  return splitArray(key).some((value) => value === wanted || (value.startsWith('"') && JSON.parse(value) === wanted))
}
