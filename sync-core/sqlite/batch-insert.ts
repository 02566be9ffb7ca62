import type { Database } from 'better-sqlite3'

export type Value = string | number | null

/** Measured: 32 rows in a statement take a third less time than one by one, and more gain nothing. */
const rowsPerStatement = 32

/**
 * A way to insert many rows with few statements. It takes the rows' values one after another: an array for each row
 * was a tenth of what an insert costs.
 *
 * `head` and `tail` stand before and after the values: `insert into t`, `on conflict … do update …`.
 */
export function batchInsert(
  database: Database,
  columns: number,
  head: string,
  tail = '',
): (values: readonly Value[]) => void {
  const row = `(${Array(columns).fill('?').join(',')})`
  const one = database.prepare<Value[]>(`${head} values ${row} ${tail}`)
  const many = database.prepare<Value[]>(`${head} values ${Array(rowsPerStatement).fill(row).join(',')} ${tail}`)
  const width = columns * rowsPerStatement
  return (values) => {
    let first = 0
    for (; first + width <= values.length; first += width) many.run(...values.slice(first, first + width))
    for (; first < values.length; first += columns) one.run(...values.slice(first, first + columns))
  }
}
