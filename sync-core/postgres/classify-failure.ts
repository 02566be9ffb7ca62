import { type Failure, FailureError } from '../domain/failure.ts'
import { otherRules, type Rule, rulesByCode, valueTrouble } from './failure-rules.ts'
import { isSqlstate, isTooLargeForServer, readServerError, type ServerError } from './server-error.ts'

/** The one place where an error of the Postgres driver, of a socket or of TLS becomes a failure of an object, by the rules. A FailureError keeps its own. */
export function classifyFailure(error: unknown, object: string): Failure {
  if (error instanceof FailureError) return error.failure
  const server = readServerError(error)
  if (server.code?.startsWith('08') && /unsupported startup parameter/.test(server.text)) return poolerFailure(object)
  const rule = findRule(server)
  return {
    kind: rule.kind,
    policy: rule.policy,
    object,
    message: rule.message(object, server),
    solution: rule.solution,
    ...(isSqlstate(server.code) ? { sqlstate: server.code } : {}),
    ...(server.position === undefined ? {} : { position: server.position }),
  }
}

/** The same for SQL that only reads: a value that does not fit is the trouble of the SQL, not of one row. */
export function classifyReadingFailure(error: unknown, object: string): Failure {
  if (isTooLargeForServer(error)) return classifyFailure({ code: 'ERR_STRING_TOO_LONG' }, object)
  const failure = classifyFailure(error, object)
  if (failure.policy !== 'dead-letter') return failure
  const trouble = valueTrouble[failure.sqlstate ?? ''] ?? `it ended with SQLSTATE ${failure.sqlstate}`
  return {
    ...failure,
    kind: 'sql',
    policy: 'halt',
    message: `Cannot run the SQL of ${object}: ${trouble}`,
    solution: 'Correct the SQL, or the row that it stumbled over.',
  }
}

/** Poolers do not know replication, nor the settings that a session is made with; they say so in English only. */
export function poolerFailure(object: string): Failure {
  return {
    kind: 'pooler',
    policy: 'halt',
    object,
    message: `Cannot use ${object}: a connection pooler answers at its address, and replication needs the server itself`,
    solution: 'Give the host and port of the Postgres server behind the pooler.',
  }
}

/** What was caught, as what is thrown on: a FailureError stays the very one that it is. */
export function asFailureError(error: unknown, object: string): FailureError {
  return error instanceof FailureError ? error : new FailureError(classifyFailure(error, object), error)
}

/** Lets work of a driver fail with a FailureError only. */
export async function failingAs<T>(object: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new FailureError(classifyFailure(error, object), error)
  }
}

function findRule(error: ServerError): Rule {
  const { code, text } = error
  const byCode =
    code === undefined
      ? undefined
      : (rulesByCode[code] ?? (isSqlstate(code) ? rulesByCode[code.slice(0, 2)] : undefined))
  return byCode ?? findRuleByText(code, text)
}

function findRuleByText(code: string | undefined, text: string): Rule {
  if (/does not support SSL/i.test(text)) return otherRules.noTls
  if (code !== undefined && /CERT|SIGNATURE|TLS|SSL|ALTNAME/.test(code)) return otherRules.tls
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return otherRules.network
  if (/terminated|timeout|not queryable|closed|was ended|socket/i.test(text)) return otherRules.network
  if (!isSqlstate(code)) return otherRules.bug
  return /^(58|F0|HV|XX)/.test(code) ? otherRules.serverTrouble : otherRules.statementRefused
}
