/**
 * Cuts SQL into tokens as Postgres's scanner does, far enough to tell where a `:` or `$` is a placeholder and where it
 * is only a character of something else. Never fails: what is not closed goes to the end, and the grammar says so.
 *
 * Strings are read with `standard_conforming_strings` on, as every session of ours has it: a backslash escapes only
 * in `E'…'`.
 */
export interface Token {
  readonly kind: TokenKind
  /** 0-based, in UTF-16 units; `end` is exclusive. */
  readonly start: number
  readonly end: number
}

export type TokenKind =
  | 'space' // with comments: whatever the grammar never sees
  | 'comment'
  | 'open-comment' // never closed: the grammar refuses it
  | 'string' // with dollar quotes
  | 'quoted-name'
  | 'word'
  | 'number'
  | 'parameter' // $1
  | 'cast' // ::
  | 'assign' // :=
  | 'symbol' // one character

/** All tokens of `sql`, without gaps. */
export function* tokens(sql: string): Generator<Token> {
  let start = 0
  while (start < sql.length) {
    const { kind, end } = tokenAt(sql, start)
    yield { kind, start, end }
    start = end
  }
}

const nameStart = /[A-Za-z_\u0080-\u{10ffff}]/u
const spaces = /[ \t\n\r\f\v]+/y
const lineComment = /--[^\n\r]*/y
const word = /[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_$\u0080-\u{10ffff}]*/uy
const number = /[0-9][A-Za-z0-9_]*(?:\.[0-9_]+)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+/y
const parameter = /\$[0-9]+/y
const dollarTag = /\$(?:[A-Za-z_\u0080-\u{10ffff}][A-Za-z0-9_\u0080-\u{10ffff}]*)?\$/uy
/** What may stand between two parts of one string literal: it must hold a line break. */
const continuation = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*(?=[\n\r]))*'/y

function tokenAt(sql: string, start: number): { readonly kind: TokenKind; readonly end: number } {
  const first = sql[start]
  const second = sql[start + 1]
  if (first === "'") return { kind: 'string', end: endOfString(sql, start, false) }
  if (first === '"') return { kind: 'quoted-name', end: endOfQuoted(sql, start + 1, '"', false) }
  if (first === '-' && second === '-') return { kind: 'comment', end: endOf(lineComment, sql, start) ?? sql.length }
  if (first === '/' && second === '*') return blockComment(sql, start)
  if (first === ':' && second === ':') return { kind: 'cast', end: start + 2 }
  if (first === ':' && second === '=') return { kind: 'assign', end: start + 2 }
  if (first === '$') return dollarToken(sql, start)
  return regularToken(sql, start)
}

function regularToken(sql: string, start: number): { readonly kind: TokenKind; readonly end: number } {
  const space = endOf(spaces, sql, start)
  if (space !== undefined) return { kind: 'space', end: space }
  const wordEnd = endOf(word, sql, start)
  if (wordEnd !== undefined) return wordToken(sql, start, wordEnd)
  const numberEnd = endOf(number, sql, start)
  if (numberEnd !== undefined) return { kind: 'number', end: numberEnd }
  return { kind: 'symbol', end: start + 1 }
}

/** A word, or the prefix of a string or name that it stands directly before: `E'…'`, `U&'…'`, `U&"…"`. */
function wordToken(sql: string, start: number, end: number): { readonly kind: TokenKind; readonly end: number } {
  const text = sql.slice(start, end).toLowerCase()
  if (text === 'u' && sql[end] === '&' && sql[end + 1] === "'") {
    return { kind: 'string', end: endOfString(sql, end + 1, false) }
  }
  if (text === 'u' && sql[end] === '&' && sql[end + 1] === '"') {
    return { kind: 'quoted-name', end: endOfQuoted(sql, end + 2, '"', false) }
  }
  if (sql[end] === "'" && text === 'e') return { kind: 'string', end: endOfString(sql, end, true) }
  if (sql[end] === "'" && (text === 'b' || text === 'x' || text === 'n')) {
    return { kind: 'string', end: endOfString(sql, end, false) }
  }
  return { kind: 'word', end }
}

function dollarToken(sql: string, start: number): { readonly kind: TokenKind; readonly end: number } {
  const parameterEnd = endOf(parameter, sql, start)
  if (parameterEnd !== undefined) return { kind: 'parameter', end: parameterEnd }
  const tagEnd = endOf(dollarTag, sql, start)
  if (tagEnd === undefined) return { kind: 'symbol', end: start + 1 }
  const close = sql.indexOf(sql.slice(start, tagEnd), tagEnd)
  return { kind: 'string', end: close < 0 ? sql.length : close + tagEnd - start }
}

/** A string goes on after a line break, and what began as `E'…'` keeps its backslashes there. */
function endOfString(sql: string, quote: number, backslashes: boolean): number {
  let end = endOfQuoted(sql, quote + 1, "'", backslashes)
  for (let next = endOf(continuation, sql, end); next !== undefined; next = endOf(continuation, sql, end)) {
    end = endOfQuoted(sql, next, "'", backslashes)
  }
  return end
}

function endOfQuoted(sql: string, from: number, quote: string, backslashes: boolean): number {
  for (let at = from; at < sql.length; at++) {
    if (backslashes && sql[at] === '\\') at++
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1
      at++
    }
  }
  return sql.length
}

function blockComment(sql: string, start: number): { readonly kind: TokenKind; readonly end: number } {
  let depth = 0
  for (let at = start; at < sql.length - 1; at++) {
    if (sql[at] === '/' && sql[at + 1] === '*') {
      depth++
      at++
    } else if (sql[at] === '*' && sql[at + 1] === '/') {
      depth--
      at++
      if (depth === 0) return { kind: 'comment', end: at + 1 }
    }
  }
  return { kind: 'open-comment', end: sql.length }
}

function endOf(pattern: RegExp, sql: string, start: number): number | undefined {
  pattern.lastIndex = start
  return pattern.test(sql) ? pattern.lastIndex : undefined
}

/** Whether a name may begin with this character. */
export function startsName(character: string | undefined): boolean {
  return character !== undefined && nameStart.test(character)
}
