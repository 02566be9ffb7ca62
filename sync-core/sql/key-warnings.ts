import type { WrittenRows } from '../domain/sql-analyst.ts'
import { showPlaceholder } from './parse.ts'
import type { SqlProblem } from './sql-problem.ts'
import { writtenRows } from './written-rows.ts'

/**
 * Warns where a consumer's statement names its row by something else than the public row key. That can be meant; but
 * then two public rows may meet in one row there, and a row whose other name changes leaves its former one behind.
 *
 * @param columns of the contract, for `$n`
 */
export function keyWarnings(
  sql: string,
  contract: { readonly name: string; readonly key: readonly string[]; readonly columns: readonly string[] | undefined },
): readonly SqlProblem[] {
  const rows = writtenRows(sql)
  if (rows === undefined) return []
  const used = columnsUsed(rows, contract.columns)
  const all = contract.key.every((column) => used.includes(column))
  // A delete may say more than the key: it carries the row as it was last.
  if (all && (rows.columns.length === 0 || used.every((column) => contract.key.includes(column)))) return []
  const named = [...rows.key.keys()].join(', ')
  const keyed = `the key of public schema "${contract.name}" (${contract.key.join(', ')})`
  const message =
    rows.columns.length === 0
      ? `It deletes rows by ${named || 'no key'}, not by ${keyed}: it may delete rows of others`
      : `Its conflict target is ${named}, not ${keyed}: rows may be merged, or left behind when ${named} changes`
  return [{ severity: 'warning', position: 1, message }]
}

/** Names of the contract's columns whose values name the row; anything computed stands for itself. */
function columnsUsed({ key }: WrittenRows, columns: readonly string[] | undefined): readonly string[] {
  return [...key].flatMap(([column, value]) => {
    if (value === 'constant') return []
    if (value === 'other') return [`(${column})`]
    return [value.name ?? columns?.[(value.index ?? 0) - 1] ?? showPlaceholder(value)]
  })
}
