import { dependedTables } from '../sql/depended-tables.ts'
import { wordsAt } from '../sql/mark-words.ts'
import { nearestName } from '../sql/nearest-name.ts'
import { SqlError } from '../sql/sql-problem.ts'
import { readTableName, showTableName } from '../sql/table-name.ts'

export interface UnknownName {
  /** The server's own word for what kind of name it does not know. */
  readonly sqlstate: string | undefined
  /** Names of that kind. */
  readonly candidates: readonly string[]
}

/** The name that was probably meant by the one at a 1-based position; `undefined` when none is near. */
export function hintFor(sql: string, position: number, { sqlstate, candidates }: UnknownName): string | undefined {
  if (candidates.length === 0) return undefined
  const { from, to } = wordsAt(sql, position)
  const written = sql.slice(from, to)
  const table = sqlstate === '42P01' ? readTableName(written) : undefined
  // An alias that the FROM does not have comes with the SQLSTATE of a missing table.
  if (table !== undefined && !readsTable(sql, showTableName(table))) return undefined
  const wanted = table === undefined ? lastName(written) : showTableName(table)
  const nearest = nearestName(wanted, candidates) ?? inAnotherSchema(wanted, candidates)
  return nearest === undefined || nearest === wanted ? undefined : `Perhaps ${shown(nearest)} is meant.`
}

function inAnotherSchema(wanted: string, candidates: readonly string[]): string | undefined {
  const near = nearestName(lastName(wanted), candidates.map(lastName))
  return near === undefined ? undefined : candidates.find((one) => lastName(one) === near)
}

/** For a text that is no statement, such as a table's own name: yes. */
function readsTable(sql: string, table: string): boolean {
  try {
    return dependedTables(sql).some((one) => showTableName(one) === table)
  } catch (error) {
    if (error instanceof SqlError) return true
    throw error
  }
}

function lastName(written: string): string {
  const last = written.split('.').at(-1)?.trim() ?? ''
  return last.startsWith(':') || last.startsWith('"') ? last.replace(/^:/, '').replaceAll('"', '') : last
}

function shown(name: string): string {
  return /^[a-z_][a-z0-9_$ .[\]]*$/.test(name) || name.includes('"') ? name : `"${name}", in double quotes,`
}
