import { formatDialect, postgresql } from 'sql-formatter'
import { sqlTokens } from './sql-tokens.ts'

/**
 * The same SQL with its lines and spaces put in order; `undefined` where it cannot be read, or where it would not say
 * the same any more. Words keep their case: names without quotes are the person's own.
 */
export function formatSql(sql: string): string | undefined {
  try {
    const formatted = formatDialect(sql, {
      dialect: postgresql,
      tabWidth: 2,
      keywordCase: 'preserve',
      expressionWidth: 100,
      paramTypes: { named: [':'], numbered: ['$'], custom: [{ regex: ':"(?:[^"]|"")+"' }] },
    })
    return saysTheSame(sql, formatted) ? formatted : undefined
  } catch {
    // Whoever types sees what is wrong with it at its place already.
    return undefined
  }
}

/** Where the same word stands in a text that differs in spaces only; offsets are 0-based UTF-16 units. */
export function offsetOfSame(before: string, offset: number, after: string): number {
  const words = before.slice(0, offset).replaceAll(/\s/g, '').length
  let seen = 0
  for (let at = 0; at < after.length; at++) {
    if (/\s/.test(after[at] ?? '')) continue
    if (seen === words) return at
    seen += 1
  }
  return after.length
}

/**
 * A formatter of many dialects may be wrong about one: it joins two strings that only a line's end keeps apart. So what
 * it gives is believed only where nothing but spaces is otherwise.
 */
function saysTheSame(before: string, after: string): boolean {
  return JSON.stringify(partsOf(before)) === JSON.stringify(partsOf(after))
}

/** All that means something: words, operators as the server cuts them, and the line's end between two strings. */
function partsOf(sql: string): readonly string[] {
  const parts: string[] = []
  let operator = ''
  let lineEnded = false
  const endOperator = () => {
    if (operator !== '') parts.push(...cutOperator(operator))
    operator = ''
  }
  for (const { type, text } of sqlTokens(sql)) {
    if (type === 'mark' && operatorMark.test(text)) {
      operator += text
      continue
    }
    endOperator()
    if (type === 'space') {
      lineEnded ||= text.includes('\n')
      continue
    }
    if (type === 'string' && lineEnded && parts.at(-1)?.endsWith("'")) parts.push('\n')
    parts.push(type === 'comment' ? text.replaceAll(/\s+/g, ' ').trimEnd() : text)
    lineEnded = false
  }
  endOperator()
  return parts
}

const operatorMark = /^[-+*/<>=~!@#%^&|`?]$/

/** `=-1` is `=` and `-`: an operator ends in a sign only where it has one of certain marks. */
function cutOperator(run: string): readonly string[] {
  let end = run.length
  while (end > 1 && /[-+]/.test(run[end - 1] ?? '') && !/[~!@#%^&|`?]/.test(run.slice(0, end))) end -= 1
  return [run.slice(0, end), ...run.slice(end)]
}
