import { findPins, type Pin } from './infer-key.ts'
import { parseSql } from './parse.ts'
import { mayBeSameTable, readTableName } from './table-name.ts'

export interface SourceKeyQuestion {
  readonly sql: string
  /** The table whose changes are listened to, as written. */
  readonly table: string
  /** Columns of its replica identity. */
  readonly identity: readonly string[]
  /** Output columns that name a public row. */
  readonly key: readonly string[]
  /** All columns of the table in their order, for `$n`; without them `$n` proves nothing. */
  readonly columns?: readonly string[] | undefined
}

/**
 * For each key column the place in `identity` of the column that it provably equals; `undefined` when that is not
 * proven. Where it is, no lineage is kept, so a wrong yes would leave rows behind.
 *
 * Proven: every key column is an output column pinned by `t.k = :k`, t is the listened table itself, k one of its
 * identity's columns and `:k` the same column, without a cast, and all identity columns are covered one to one. Then
 * the row that is found is the changed row itself. Over another table `=` is not enough: equal values of a citext, a
 * numeric or under a collation that folds case print differently. Whether a value of the table itself may print
 * differently while equal (a numeric key changed from 1.0 to 1.00) depends on types, which only the caller knows.
 */
export function keyIsSourceKey(question: SourceKeyQuestion): readonly number[] | undefined {
  const { identity, key } = question
  if (identity.length === 0 || key.length !== identity.length) return undefined
  const pins = (findPins(parseSql(question.sql)) ?? []).filter((pin) => comparesWithItself(pin, question))
  const places = key.map((column) => {
    const pin = pins.find(({ outputColumn }) => outputColumn === column)
    return pin === undefined ? -1 : identity.indexOf(pin.sourceColumn)
  })
  return places.includes(-1) || new Set(places).size !== places.length ? undefined : places
}

function comparesWithItself({ from, cast, placeholder, sourceColumn }: Pin, question: SourceKeyQuestion): boolean {
  const listened = readTableName(question.table)
  if (listened === undefined || from.table === undefined || !mayBeSameTable(from.table, listened)) return false
  const given = placeholder.name ?? question.columns?.[(placeholder.index ?? 0) - 1]
  return !cast && given === sourceColumn
}
