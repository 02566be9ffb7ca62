import type { Trouble } from '../domain/description.ts'
import { type Failure, FailureError } from '../domain/failure.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import { classifyReadingFailure } from '../postgres/classify-failure.ts'
import { wordsAt } from '../sql/mark-words.ts'

/**
 * A failure for somebody who looks at the very object: without the object's name, which its sentence begins with, as the
 * engine's own log needs it.
 */
export function sentenceOf({ message, object, sqlstate }: Failure): string {
  if (sqlstate === '57014') return 'The server takes too long to read this'
  const start = message.indexOf(`${object}: `)
  const state = (start < 0 ? message : message.slice(start + object.length + 2)).replace(/ \(SQL for .*\)$/s, '')
  return `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`
}

export function troubleOf(failure: Failure): Trouble {
  return { message: sentenceOf(failure), hint: failure.solution }
}

/** What a statement stumbled over, at its words. Throws what is no trouble of a statement: a server that is away, a bug, an abort. */
export function diagnosticOf(error: unknown, sql: string, object: string): SqlDiagnostic {
  const failure = error instanceof FailureError ? classifyReadingFailure(error, object) : undefined
  if (failure === undefined || !isOwn(failure)) throw error
  const { solution: hint, sqlstate, position = 1 } = failure
  return { severity: 'error', ...wordsAt(sql, position), message: sentenceOf(failure), hint, sqlstate }
}

const halting: ReadonlySet<Failure['kind']> = new Set(['authentication', 'database-missing', 'pooler', 'bug'])

/** Too long, behind somebody's lock or writing is a statement's own trouble, though the engine would try it again. */
function isOwn({ policy, sqlstate = '', kind }: Failure): boolean {
  if (policy === 'retry') return ['57014', '55P03', '25006'].includes(sqlstate)
  return !halting.has(kind)
}
