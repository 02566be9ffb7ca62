import type { Failure, FailureKind, FailurePolicy } from '../domain/failure.ts'
import { FailureError } from '../domain/failure.ts'

interface Rule {
  readonly kind: FailureKind
  readonly policy: FailurePolicy
  readonly message: (object: string, error: ServerError) => string
  readonly solution: string
}

/** What a Postgres server or a socket says, reduced to what may be shown: DETAIL and CONTEXT hold row values. */
interface ServerError {
  readonly code: string | undefined
  readonly text: string
  readonly position: number | undefined
  readonly address: string | undefined
}

const rowTooLarge: Rule = halt(
  'sql',
  (o) => `Cannot run the SQL of ${o}: a row of it is larger than 512 MB as text, which no row may be`,
  'Leave the large column out of the SQL, or make the value smaller; of a bytea the text is twice its size.',
)

/** By SQLSTATE, or by its class, or by the socket's code; the first that fits from the longest on. */
const rules: Readonly<Record<string, Rule>> = {
  '28P01': halt(
    'authentication',
    (o) => `Cannot sign in to ${o}: the server refused the password`,
    'Correct the password, or set it again on the server; a role that does not exist gives the same answer.',
  ),
  '28': halt(
    'authentication',
    (o, e) => `Cannot sign in to ${o}: ${e.text}`,
    'Check user and password, and what pg_hba.conf allows from this computer.',
  ),
  '3D': halt(
    'database-missing',
    (o, e) => `Cannot open ${o}: ${e.text}`,
    'Correct the database name, or create the database.',
  ),
  '3F': halt('table-missing', (o, e) => `Cannot use ${o}: ${e.text}`, 'Create the schema, or correct its name.'),
  '42P01': halt(
    'table-missing',
    (o, e) => `Cannot use ${o}: ${e.text}`,
    'Create the table, or correct its name in the SQL.',
  ),
  '42501': halt(
    'permission',
    (o, e) => `Cannot use ${o}: ${e.text}`,
    'Grant the missing right to the role that the connection uses.',
  ),
  '42': halt('sql', (o, e) => `Cannot run the SQL of ${o}: ${e.text}`, 'Correct the SQL, or the table that it names.'),
  '55006': retry(
    'slot-in-use',
    (o) => `Cannot follow ${o}: another program reads its replication slot`,
    'Stop the other engine; this one goes on by itself then.',
  ),
  '55P03': retry(
    'overloaded',
    (o) => `Cannot lock in ${o}: something else holds the lock`,
    'It is tried again; end the long transaction if it stays.',
  ),
  '25': retry('overloaded', (o, e) => `Cannot work in ${o}: ${e.text}`, 'It is tried again.'),
  '40': retry('overloaded', (o, e) => `Cannot finish a transaction in ${o}: ${e.text}`, 'It is tried again.'),
  '53': retry(
    'overloaded',
    (o, e) => `Cannot work in ${o}: ${e.text}`,
    'Give the server more of what it lacks; it is tried again.',
  ),
  '57': retry(
    'overloaded',
    (o, e) => `Cannot work in ${o}: ${e.text}`,
    'It is tried again as soon as the server takes connections.',
  ),
  '08': retry(
    'unreachable',
    (o, e) => `Cannot reach ${o}: ${e.text}`,
    'Check that the server runs and that the network lets you through; it is tried again.',
  ),
  '22': deadLetter(
    (o, e) => `Cannot write a row of ${o}: ${valueTrouble[e.code ?? ''] ?? 'a value does not fit'}`,
    'Change the consumer SQL or the column so that the value fits, then retry the dead letter.',
  ),
  '23': deadLetter(
    (o, e) => `Cannot write a row of ${o}: ${e.text}`,
    'Repair what the constraint misses, then retry the dead letter.',
  ),
  P0001: deadLetter(
    (o) => `Cannot write a row of ${o}: a trigger or function refused it`,
    'A trigger or function refused it; repair the cause, then retry the dead letter.',
  ),
  ENOTFOUND: retry(
    'unreachable',
    (o, e) => `Cannot reach ${o}: no computer is called ${e.address ?? 'that'}`,
    'Check the host name; it is tried again.',
  ),
  EAI_AGAIN: retry(
    'unreachable',
    (o, e) => `Cannot reach ${o}: the name ${e.address ?? ''} cannot be looked up now`,
    'Check the host name and the network; it is tried again.',
  ),
  ECONNREFUSED: retry(
    'unreachable',
    (o, e) => `Cannot reach ${o}: nothing answers at ${e.address ?? 'its address'}`,
    'Check host and port and that the server runs; it is tried again.',
  ),
  ERR_STRING_TOO_LONG: rowTooLarge,
  network: retry(
    'unreachable',
    (o) => `Cannot reach ${o}: the connection was cut or did not come about`,
    'Check that the server runs and that the network lets you through; it is tried again.',
  ),
  tls: halt(
    'authentication',
    (o, e) => `Cannot trust ${o}: ${e.text}`,
    'Give the right CA file, or choose another TLS mode for this connection.',
  ),
  'no-tls': halt(
    'authentication',
    (o) => `Cannot encrypt the connection to ${o}: the server does not offer TLS`,
    'Switch TLS on at the server, or choose the TLS mode "disable" for this connection.',
  ),
  bug: halt(
    'bug',
    (o) => `Cannot go on with ${o}: an error inside ReJot`,
    'Report it with the log; restarting the engine is safe.',
  ),
}

/** SQLSTATE of a lock that was not to be had in time. */
export const lockTimeout = '55P03'

/** In our own words, because the server's message of class 22 quotes the value. */
const valueTrouble: Readonly<Record<string, string>> = {
  '22001': 'a text is longer than its column',
  '22003': 'a number is outside the range of its column',
  '22007': 'a text is no date or time',
  '22008': 'a date or time is out of range',
  '22012': 'a division by zero',
  '22P02': 'a text cannot be read as the type of its column',
  '22021': 'a text has a character that the encoding lacks',
  '22P05': 'a text has a character that cannot be stored',
}

/** The one place where an error of the Postgres driver, of a socket or of TLS becomes a failure. A FailureError keeps its own. */
export function classifyFailure(error: unknown, object: string): Failure {
  if (error instanceof FailureError) return error.failure
  const server = readError(error)
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

/**
 * Whether the server could not make a text or a message because it would have more than a gigabyte: of a bytea from 512 MB
 * on, the text. The first of these texts is never translated; the other one has a SQLSTATE that says enough.
 */
export function isTooLargeForServer(error: unknown): boolean {
  const { code, text } = readError(error)
  return code === '54000' || (code === 'XX000' && text.startsWith('invalid memory alloc request size'))
}

/**
 * For what a slot's own connection says: there, a wrong state or a missing file means that the slot's WAL is gone.
 *
 * @param binary the form in which changes were to be sent
 */
export function classifyStreamFailure(error: unknown, object: string, binary: boolean): Failure {
  const { code, text } = readError(error)
  if (isTooLargeForServer(error)) return tooLargeToSend(object, binary, code)
  if (error instanceof FailureError || (code !== '55000' && code !== '58P01')) return classifyFailure(error, object)
  return {
    kind: 'slot-lost',
    policy: 'halt',
    object,
    message: `Cannot follow ${object}: ${text}`,
    solution: recoverySolution(object),
    sqlstate: code,
  }
}

/** A server cannot pass over one change of a slot: it fails there each time, for as long as it sends it in this form. */
function tooLargeToSend(object: string, binary: boolean, sqlstate: string | undefined): Failure {
  const told = sqlstate === undefined ? {} : { sqlstate }
  if (binary) {
    return {
      kind: 'slot-lost',
      policy: 'halt',
      object,
      message: `Cannot follow ${object}: a changed row has more than 1 GB, which its server cannot send in any form`,
      solution: recoverySolution(object),
      ...told,
    }
  }
  return {
    kind: 'overloaded',
    policy: 'retry',
    object,
    message: `Cannot read a change of ${object} as text: its server makes no text of more than 1 GB`,
    solution: 'Nothing is to be done: changes are read in binary form from there on.',
    ...told,
  }
}

/** All ways in which a slot is lost have one way back, so it is said in one place. */
export function recoverySolution(object: string): string {
  return `Recover ${object} (rejot recover ${object}): a new slot is made, every row is copied again, and what is gone is deleted at the consumers.`
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
    code === undefined ? undefined : (rules[code] ?? (isSqlstate(code) ? rules[code.slice(0, 2)] : undefined))
  return byCode ?? bug(findRuleByText(code, text))
}

function findRuleByText(code: string | undefined, text: string): Rule | undefined {
  if (/does not support SSL/i.test(text)) return rules['no-tls']
  if (code !== undefined && /CERT|SIGNATURE|TLS|SSL|ALTNAME/.test(code)) return rules.tls
  if (code !== undefined && /^E[A-Z]+$/.test(code)) return rules.network
  if (/terminated|timeout|not queryable|closed|was ended|socket/i.test(text)) return rules.network
  if (!isSqlstate(code)) return undefined
  return /^(58|F0|HV|XX)/.test(code) ? retryServer : statementRefused
}

/** Of what the table does not name, the rest is a statement's own doing, such as 21000: trying again gives the same. */
const statementRefused: Rule = halt(
  'sql',
  // A function's own SQLSTATE comes with a text of its own, which may hold values.
  (o, e) =>
    `Cannot run the SQL of ${o}: ${/^(0A|21|54)/.test(e.code ?? '') ? e.text : `it ended with SQLSTATE ${e.code}`}`,
  'Correct the SQL, or the row or function that it stumbled over.',
)

/** Files, configuration, foreign servers, bugs: the server has trouble of its own. */
const retryServer: Rule = retry(
  'overloaded',
  (o, e) => `Cannot work in ${o}: ${e.text}`,
  'Look into the server log; it is tried again.',
)

function bug(rule: Rule | undefined): Rule {
  return (
    rule ??
    halt(
      'bug',
      (o) => `Cannot go on with ${o}: an error inside ReJot`,
      'Report it with the log; restarting the engine is safe.',
    )
  )
}

function readError(error: unknown): ServerError {
  const of = (error instanceof AggregateError ? error.errors[0] : error) as {
    code?: unknown
    message?: unknown
    position?: unknown
    address?: unknown
    port?: unknown
    hostname?: unknown
  }
  const address = typeof of?.address === 'string' ? `${of.address}:${String(of.port)}` : undefined
  return {
    code: typeof of?.code === 'string' ? of.code : undefined,
    text: typeof of?.message === 'string' ? of.message : 'an unknown error',
    position: typeof of?.position === 'string' ? Number(of.position) : undefined,
    address: address ?? (typeof of?.hostname === 'string' ? of.hostname : undefined),
  }
}

function isSqlstate(code: string | undefined): code is string {
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code)
}

function retry(kind: FailureKind, message: Rule['message'], solution: string): Rule {
  return { kind, policy: 'retry', message, solution }
}

function halt(kind: FailureKind, message: Rule['message'], solution: string): Rule {
  return { kind, policy: 'halt', message, solution }
}

function deadLetter(message: Rule['message'], solution: string): Rule {
  return { kind: 'value', policy: 'dead-letter', message, solution }
}
