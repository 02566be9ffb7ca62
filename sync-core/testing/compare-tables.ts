import { AssertionError } from 'node:assert/strict'
import type { SqlRow } from './sql-session.ts'

/** A query whose first column names the row. */
export interface RowQuery {
  readonly database: { query(sql: string, params?: readonly unknown[]): Promise<readonly SqlRow[]> }
  readonly sql: string
  readonly params?: readonly unknown[]
}

const shownDifferences = 10

/**
 * Compares every row and every value of two queries, in any order. Returns how many rows there are.
 * Throws an AssertionError that lists the first differences by key: missing, too much, different.
 */
export async function expectSameRows(source: RowQuery, destination: RowQuery): Promise<number> {
  const [expected, actual] = await Promise.all([source, destination].map(readRows))
  if (expected === undefined || actual === undefined) throw new Error('Cannot compare rows: a query gave no answer')
  const differences = [...differencesBetween(expected, actual)]
  if (differences.length === 0) return expected.size
  const shown = differences.slice(0, shownDifferences)
  const more = differences.length - shown.length
  throw new AssertionError({
    message: [
      `${differences.length} rows differ (${expected.size} at the source, ${actual.size} at the destination)`,
      ...shown,
      ...(more > 0 ? [`… and ${more} more`] : []),
    ].join('\n'),
  })
}

function* differencesBetween(expected: Map<string, string>, actual: Map<string, string>): Generator<string> {
  for (const [key, row] of expected) {
    const found = actual.get(key)
    if (found === undefined) yield `missing   ${row}`
    else if (found !== row) yield `different ${row}\n  but is  ${found}`
  }
  for (const [key, row] of actual) if (!expected.has(key)) yield `too much  ${row}`
}

/** Rows as JSON text by their first column; the second row of a key counts as a row of its own. */
async function readRows(query: RowQuery): Promise<Map<string, string>> {
  const rows = new Map<string, string>()
  for (const row of await query.database.query(query.sql, query.params)) {
    const values = Object.values(row)
    const text = JSON.stringify(values)
    const key = JSON.stringify(values[0])
    let unique = key
    for (let nth = 2; rows.has(unique); nth += 1) unique = `${key} (${nth})`
    rows.set(unique, text)
  }
  return rows
}
