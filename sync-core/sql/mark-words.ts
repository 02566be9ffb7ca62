import type { SqlDiagnostic, SqlProblem } from '../domain/sql-problem.ts'
import { type Token, tokens } from './lexer.ts'
import { findPlaceholders } from './placeholders.ts'

/** A problem with the words that an editor is to mark. */
export function markWords(sql: string, { position, ...problem }: SqlProblem): SqlDiagnostic {
  return { ...problem, ...wordsAt(sql, position) }
}

/**
 * The words at a 1-based position, 0-based and `to` exclusive: a placeholder, a name with what is joined to it by dots,
 * a string, a sign. Behind the end, and in space or a comment, those before it; in a text without words nothing.
 */
export function wordsAt(sql: string, position: number): { readonly from: number; readonly to: number } {
  const at = position - 1
  const placeholder = findPlaceholders(sql).find(({ start, end }) => start <= at && at < end)
  if (placeholder !== undefined) return { from: placeholder.start, to: placeholder.end }
  const words = [...tokens(sql)].filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  const place = words.findLastIndex(({ start }) => start <= at)
  const found = words[place] ?? words[0]
  if (found === undefined) return { from: 0, to: 0 }
  const start = words[place] === undefined ? 0 : place
  return { from: found.start, to: words[endOfPath(sql, words, start)]?.end ?? found.end }
}

/** `a`, `.`, `"First name"`: the server names the first of them and means them all. */
function endOfPath(sql: string, words: readonly Token[], first: number): number {
  let last = first
  while (isName(words[last]) && sql[words[last + 1]?.start ?? sql.length] === '.' && isName(words[last + 2])) last += 2
  return last
}

function isName(token: Token | undefined): boolean {
  return token?.kind === 'word' || token?.kind === 'quoted-name'
}
