import { tokens } from './lexer.ts'
import { outputColumns } from './output-columns.ts'
import { parseSql } from './parse.ts'
import { SqlError } from './sql-problem.ts'
import { showName } from './table-name.ts'

/**
 * The SQL with another name for one of its output columns: its AS changed, or one added. `undefined` where the text does
 * not name that column once: a star, a set operation, a name that it does not have, SQL that cannot be read.
 */
export function renameOutput(sql: string, from: string, to: string): string | undefined {
  const at = itemAt(sql, from)
  if (at === undefined) return undefined
  const item = significant(sql).filter(({ start }) => start >= at.start)
  const end = item.findIndex(({ text, depth }, place) => place > 0 && depth === 0 && (text === ',' || ends.has(text)))
  const last = item.slice(0, end < 0 ? undefined : end).at(-1)
  if (last === undefined) return undefined
  const name = showName(to)
  // An alias is the last word of its item.
  if (at.isNamed) return `${sql.slice(0, last.start)}${name}${sql.slice(last.end)}`
  return `${sql.slice(0, last.end)} as ${name}${sql.slice(last.end)}`
}

/** Words that end the list of output columns. */
const ends = new Set([
  'from',
  'into',
  'where',
  'group',
  'having',
  'window',
  'order',
  'limit',
  'offset',
  'fetch',
  'for',
  ';',
])

function itemAt(sql: string, name: string): { readonly start: number; readonly isNamed: boolean } | undefined {
  try {
    const { statement, positionOf } = parseSql(sql)
    if (!('SelectStmt' in statement) || statement.SelectStmt.larg !== undefined) return undefined
    const found = outputColumns(statement.SelectStmt).flatMap((column, place) =>
      column.name === name ? [{ ...column, place }] : [],
    )
    const [only, ...others] = found
    const target = only && statement.SelectStmt.targetList?.[only.place]
    if (others.length > 0 || target === undefined || !('ResTarget' in target) || only?.location === undefined)
      return undefined
    return { start: positionOf(only.location) - 1, isNamed: target.ResTarget.name !== undefined }
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}

interface Word {
  readonly start: number
  readonly end: number
  readonly text: string
  /** How many brackets are open around it. */
  readonly depth: number
}

function significant(sql: string): readonly Word[] {
  let depth = 0
  return [...tokens(sql)].flatMap(({ kind, start, end }): readonly Word[] => {
    if (kind === 'space' || kind === 'comment' || kind === 'open-comment') return []
    const text = kind === 'string' || kind === 'quoted-name' ? '' : sql.slice(start, end).toLowerCase()
    if (text === ')' || text === ']') depth -= 1
    const word = { start, end, text, depth }
    if (text === '(' || text === '[') depth += 1
    return [word]
  })
}
