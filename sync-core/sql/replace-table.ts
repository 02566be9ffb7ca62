import { tokens } from './lexer.ts'
import { parseSql } from './parse.ts'
import { mayBeSameTable, type TableName } from './table-name.ts'
import { recordOf, walkTree } from './walk-tree.ts'

/**
 * `sql` reading `replacement` wherever it read `table`, under the name that it was called by. `undefined` where that
 * cannot be said by its text: a CTE has the table's name.
 */
export function replaceTable(sql: string, table: TableName, replacement: string): string | undefined {
  const parsed = parseSql(sql)
  const places: { readonly start: number; readonly aliased: boolean }[] = []
  let isHidden = false
  walkTree(parsed.statement, (kind, fields) => {
    if (kind === 'CommonTableExpr' && fields.ctename === table.name) isHidden = true
    const { relname, schemaname, location, alias } = fields
    if (kind !== 'RangeVar' || typeof relname !== 'string' || typeof location !== 'number') return true
    const name = { schema: typeof schemaname === 'string' ? schemaname : undefined, name: relname }
    const start = parsed.positionOf(location) - 1
    if (mayBeSameTable(name, table)) places.push({ start, aliased: recordOf(alias) !== undefined })
    return true
  })
  if (isHidden) return undefined
  let text = parsed.sql
  for (const { start, aliased } of places.toSorted((a, b) => b.start - a.start)) {
    const { end, last } = nameAt(text, start)
    text = `${text.slice(0, start)}${replacement}${aliased ? '' : ` as ${last}`}${text.slice(end)}`
  }
  return text
}

/** A name with what is joined to it by dots, and the last part of it. */
function nameAt(sql: string, start: number): { readonly end: number; readonly last: string } {
  let end = start
  let last = ''
  let wantsName = true
  for (const token of tokens(sql.slice(start))) {
    const text = sql.slice(start + token.start, start + token.end)
    if (token.kind === 'space' || token.kind === 'comment') continue
    if (wantsName ? token.kind !== 'word' && token.kind !== 'quoted-name' : text !== '.') break
    if (wantsName) {
      end = start + token.end
      last = text
    }
    wantsName = !wantsName
  }
  return { end, last }
}
