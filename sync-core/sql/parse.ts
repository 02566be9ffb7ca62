import type { Node } from 'libpg-query'
import type { Placeholder } from '../domain/sql-analyst.ts'
import { parseGrammar } from './grammar.ts'
import { findPlaceholders, mixedPlaceholder, rewritePlaceholders, trimStatement } from './placeholders.ts'
import { SqlError } from './sql-problem.ts'

/** One statement of a user, read with Postgres's grammar. */
export interface ParsedSql {
  /** Without trailing semicolon and comment. */
  readonly sql: string
  readonly statement: Node
  readonly placeholders: readonly Placeholder[]
  /** The placeholder that stands in the tree as `ParamRef` of this number. */
  placeholderOf(parameter: number): Placeholder | undefined
  /** From a location in the tree to a 1-based position in the user's own text. */
  positionOf(location: number | undefined): number
}

/** Throws a SqlError when it is not one statement, or mixes `:name` and `$n`. */
export function parseSql(text: string): ParsedSql {
  const sql = trimStatement(text)
  if (sql.trim() === '') throw new SqlError('The SQL is empty', 1)
  const placeholders = findPlaceholders(sql)
  const mixed = mixedPlaceholder(placeholders)
  if (mixed !== undefined) throw new SqlError('The SQL mixes :name and $n: use one of them', mixed.start + 1)
  const zero = placeholders.find(({ index }) => index === 0 || (index ?? 0) > 65_535)
  if (zero !== undefined) throw new SqlError('There is no such placeholder: the first column is $1', zero.start + 1)
  const names = [...new Set(placeholders.map(keyOfPlaceholder))]
  const numberOf = (placeholder: Placeholder) => names.indexOf(keyOfPlaceholder(placeholder)) + 1
  const rewritten = rewritePlaceholders(sql, placeholders, (placeholder) => `$${numberOf(placeholder)}`)
  const statement = onlyStatement(rewritten.sql, rewritten.originalPosition)
  const characters = characterAtByte(rewritten.sql)
  return {
    sql,
    statement,
    placeholders,
    placeholderOf: (parameter) => placeholders.find((placeholder) => numberOf(placeholder) === parameter),
    positionOf: (location) =>
      location === undefined || location < 0 ? 1 : rewritten.originalPosition(characters(location) + 1),
  }
}

/** How a placeholder is written: `:id`, `$1`. */
export function showPlaceholder({ name, index }: Placeholder): string {
  if (name === undefined) return `$${index}`
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? `:${name}` : `:"${name.replaceAll('"', '""')}"`
}

function keyOfPlaceholder({ name, index }: Placeholder): string {
  return name ?? `$${index}`
}

function onlyStatement(sql: string, originalPosition: (position: number) => number): Node {
  const { stmts } = withMappedErrors(sql, originalPosition)
  const [first, second] = stmts ?? []
  if (second !== undefined) {
    const at = characterAtByte(sql)(second.stmt_location ?? 0)
    throw new SqlError('There are several statements: write one', originalPosition(at + 1))
  }
  if (first?.stmt === undefined) throw new SqlError('The SQL is empty', 1)
  return first.stmt
}

function withMappedErrors(sql: string, originalPosition: (position: number) => number) {
  try {
    return parseGrammar(sql)
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const characters = [...sql.slice(0, error.position - 1)].length
    throw new SqlError(error.message, originalPosition(characters + 1), error.cause)
  }
}

/** The tree counts bytes of UTF-8; returns the 0-based code point there. */
function characterAtByte(sql: string): (byte: number) => number {
  let bytes: Buffer | undefined
  return (byte) => {
    bytes ??= Buffer.from(sql, 'utf8')
    return [...bytes.subarray(0, byte).toString('utf8')].length
  }
}
