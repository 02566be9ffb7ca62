import type { Trouble } from '../domain/description.ts'
import { type Failure, FailureError, solutionOnce } from '../domain/failure.ts'
import type { SqlDiagnostic } from '../domain/sql-problem.ts'
import { classifyReadingFailure } from '../postgres/classify-failure.ts'
import { type AskLimits, askTimeoutMs } from '../postgres/define/ask.ts'
import { wordsAt } from '../sql/mark-words.ts'

/**
 * A failure for somebody who looks at the very object: without the object's name, which its sentence begins with, as the
 * engine's own log needs it.
 */
export function sentenceOf(
  { message, object, sqlstate }: Failure,
  { timeoutMs = askTimeoutMs }: AskLimits = {},
): string {
  if (sqlstate === '57014') return `It was ended after ${timeoutMs / 1000} s, the most that a question may take`
  const start = message.indexOf(`${object}: `)
  const state = (start < 0 ? message : message.slice(start + object.length + 2)).replace(/ \(SQL for .*\)$/s, '')
  return `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`
}

/** What to do about it, for whoever asks here. */
export function hintOf(failure: Failure): string {
  const { sqlstate = '' } = failure
  return ownHints[sqlstate] ?? ownHints[sqlstate.slice(0, 2)] ?? solutionOnce(failure)
}

const ownHints: Readonly<Record<string, string>> = {
  '57014':
    'Let it read fewer rows, most often by an index on what it joins or filters by; on a busy server, ask again.',
  '55P03': 'End the transaction that holds the lock, or wait for its end; then ask again.',
  // Nothing is stored of what is tried here: there is no dead letter to retry.
  '22': 'Change the SQL or the column so that the value fits.',
  '23': 'Let the SQL write what the constraint asks for.',
  P0001: 'Repair what the trigger or function refuses.',
  '25006': 'Leave out what writes: this is asked where nothing can be written.',
}

export function troubleOf(failure: Failure, limits?: AskLimits): Trouble {
  return { message: sentenceOf(failure, limits), hint: hintOf(failure) }
}

/** What a statement stumbled over, at its words. Throws what is no trouble of a statement: a server that is away, a bug, an abort. */
export function diagnosticOf(error: unknown, sql: string, { object, limits }: Asked): SqlDiagnostic {
  const failure = error instanceof FailureError ? classifyReadingFailure(error, object) : undefined
  if (failure === undefined || !isOwn(failure)) throw error
  const { sqlstate, position = 1 } = failure
  const message = sentenceOf(failure, limits)
  return { severity: 'error', ...wordsAt(sql, position), message, hint: hintOf(failure), sqlstate }
}

export interface Asked {
  /** Its sentences begin with it. */
  readonly object: string
  readonly limits: AskLimits
}

const halting: ReadonlySet<Failure['kind']> = new Set(['authentication', 'database-missing', 'pooler', 'bug'])

/** Too long, behind somebody's lock or writing is a statement's own trouble, though the engine would try it again. */
function isOwn({ policy, sqlstate = '', kind }: Failure): boolean {
  if (policy === 'retry') return ['57014', '55P03', '25006'].includes(sqlstate)
  return !halting.has(kind)
}
