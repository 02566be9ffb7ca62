import type { Placeholder, RenderedSql } from '../domain/sql-analyst.ts'
import { startsName, type Token, tokens } from './lexer.ts'

/**
 * The places in a user's SQL where values go, in order.
 *
 * `:name` ends where letters, digits and underscores end, so `:id` beside `:id_x` are two. Other column names are
 * written `:"Quoted name"`. Names are taken as written: upper and lower case differ, as they do between columns.
 * Nothing is a placeholder in strings, quoted names, dollar quotes and comments, nor as part of `::` and `:=`.
 *
 * In a subscript a colon may also stand between the ends of a slice. There it begins a placeholder only where a value
 * may begin: `a[:n]` is the n-th element, `a[1:n]` a slice to column n, `a[1: :n]` a slice to the placeholder. After
 * a string or a number a colon never begins one, which leaves `json_object('k':v)` alone.
 */
export function findPlaceholders(sql: string): readonly Placeholder[] {
  const found: Placeholder[] = []
  const open: string[] = []
  let before: Token | undefined
  let coveredTo = 0
  for (const token of tokens(sql)) {
    if (token.start < coveredTo || token.kind === 'space' || token.kind === 'comment') continue
    const placeholder = placeholderAt(sql, token, before, open.at(-1) === '[')
    if (placeholder !== undefined) {
      found.push(placeholder)
      coveredTo = placeholder.end
      before = { kind: 'parameter', start: placeholder.start, end: placeholder.end }
      continue
    }
    trackBrackets(open, sql[token.start], token)
    before = token
  }
  return found
}

/** The first placeholder of another kind than the first one; `undefined` when all are `:name` or all are `$n`. */
export function mixedPlaceholder(placeholders: readonly Placeholder[]): Placeholder | undefined {
  const named = placeholders[0]?.name !== undefined
  return placeholders.find(({ name }) => (name !== undefined) !== named)
}

/**
 * `sql` with each of its placeholders replaced. A replacement never grows together with the word before it: `limit:n`
 * gets a space.
 *
 * `originalPosition` takes positions as Postgres counts them (1-based, a character is a code point) and gives them as
 * editors count (1-based, UTF-16 units). Inside a replacement: the placeholder's beginning.
 */
export function rewritePlaceholders(
  sql: string,
  placeholders: readonly Placeholder[],
  replacement: (placeholder: Placeholder) => string,
): RenderedSql {
  const pieces: Piece[] = []
  let rewritten = ''
  let copiedTo = 0
  const copy = (end: number) => {
    pieces.push({ rewritten: rewritten.length, original: copiedTo, copied: true })
    rewritten += sql.slice(copiedTo, end)
    copiedTo = end
  }
  for (const placeholder of placeholders) {
    copy(placeholder.start)
    pieces.push({ rewritten: rewritten.length, original: placeholder.start, copied: false })
    rewritten += `${wordEnds.test(rewritten) ? ' ' : ''}${replacement(placeholder)}`
    copiedTo = placeholder.end
  }
  copy(sql.length)
  return {
    sql: rewritten,
    originalPosition: (position) => originalUnit(pieces, unitOfCharacter(rewritten, position - 1)) + 1,
  }
}

interface Piece {
  readonly rewritten: number
  readonly original: number
  readonly copied: boolean
}

const wordEnds = /[\p{L}\p{N}_$]$/u

function originalUnit(pieces: readonly Piece[], unit: number): number {
  const piece = pieces.findLast(({ rewritten }) => rewritten <= unit)
  if (piece === undefined) return 0
  return piece.original + (piece.copied ? unit - piece.rewritten : 0)
}

/** `sql` up to the end of its last word: without trailing semicolons, space and comments. Positions stay. */
export function trimStatement(sql: string): string {
  let end = 0
  for (const token of tokens(sql)) {
    const nothing = token.kind === 'space' || token.kind === 'comment' || sql[token.start] === ';'
    if (!nothing) end = token.end
  }
  return sql.slice(0, end)
}

/** 0-based UTF-16 unit of the n-th (0-based) code point. */
export function unitOfCharacter(text: string, character: number): number {
  let unit = 0
  for (let seen = 0; seen < character && unit < text.length; seen++) {
    unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
  }
  return unit
}

const plainName = /[\p{L}_][\p{L}\p{N}_]*/uy
const quotedName = /"((?:[^"]|"")+)"/y

function placeholderAt(
  sql: string,
  token: Token,
  before: Token | undefined,
  inSubscript: boolean,
): Placeholder | undefined {
  const { start } = token
  if (token.kind === 'parameter') {
    return { name: undefined, index: Number(sql.slice(start + 1, token.end)), start, end: token.end }
  }
  if (token.kind !== 'symbol' || sql[start] !== ':') return undefined
  if (before !== undefined && endsValue(sql, before, inSubscript)) return undefined
  return namedAt(sql, start)
}

function namedAt(sql: string, start: number): Placeholder | undefined {
  const pattern = sql[start + 1] === '"' ? quotedName : plainName
  if (pattern === plainName && !startsName(String.fromCodePoint(sql.codePointAt(start + 1) ?? 0))) return undefined
  pattern.lastIndex = start + 1
  const match = pattern.exec(sql)
  if (match === null) return undefined
  const name = match[1]?.replaceAll('""', '"') ?? match[0]
  return { name, index: undefined, start, end: pattern.lastIndex }
}

/** Words after which a value begins, so that a colon behind them is no end of a slice. */
const valueFollows = new Set(
  (
    'and any array between by case distinct else escape except from having ilike in intersect is like limit not offset ' +
    'on or order returning select set similar some symmetric then to union using values when where'
  ).split(' '),
)

function endsValue(sql: string, token: Token, inSubscript: boolean): boolean {
  switch (token.kind) {
    case 'string':
    case 'number':
      return true
    case 'word':
      return inSubscript && !valueFollows.has(sql.slice(token.start, token.end).toLowerCase())
    case 'parameter':
    case 'quoted-name':
      return inSubscript
    case 'symbol':
      return inSubscript && (sql[token.start] === ')' || sql[token.start] === ']')
    default:
      return false
  }
}

function trackBrackets(open: string[], character: string | undefined, token: Token): void {
  if (token.kind !== 'symbol') return
  if (character === '[' || character === '(') open.push(character)
  else if (character === ']' || character === ')') open.pop()
}
