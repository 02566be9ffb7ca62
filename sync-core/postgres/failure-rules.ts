import type { FailureKind, FailurePolicy } from '../domain/failure.ts'
import type { ServerError } from './server-error.ts'

/** What an error of a Postgres server or of a socket means: its kind, what is done about it, and the words for it. */
export interface Rule {
  readonly kind: FailureKind
  readonly policy: FailurePolicy
  readonly message: (object: string, error: ServerError) => string
  readonly solution: string
}

/** By SQLSTATE, or by its class, or by the socket's code; the longest that fits counts. */
export const rulesByCode: Readonly<Record<string, Rule>> = {
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
  ERR_STRING_TOO_LONG: halt(
    'sql',
    (o) => `Cannot run the SQL of ${o}: a row of it is larger than 512 MB as text, which no row may be`,
    'Leave the large column out of the SQL, or make the value smaller; of a bytea the text is twice its size.',
  ),
}

/** For what has no code of its own there. */
export const otherRules = {
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
  noTls: halt(
    'authentication',
    (o) => `Cannot encrypt the connection to ${o}: the server does not offer TLS`,
    'Switch TLS on at the server, or choose the TLS mode "disable" for this connection.',
  ),
  /** Of what the table does not name, the rest is a statement's own doing, such as 21000: trying again gives the same. */
  statementRefused: halt(
    'sql',
    // A function's own SQLSTATE comes with a text of its own, which may hold values.
    (o, e) =>
      `Cannot run the SQL of ${o}: ${/^(0A|21|54)/.test(e.code ?? '') ? e.text : `it ended with SQLSTATE ${e.code}`}`,
    'Correct the SQL, or the row or function that it stumbled over.',
  ),
  /** Files, configuration, foreign servers, bugs: the server has trouble of its own. */
  serverTrouble: retry(
    'overloaded',
    (o, e) => `Cannot work in ${o}: ${e.text}`,
    'Look into the server log; it is tried again.',
  ),
  bug: halt(
    'bug',
    (o) => `Cannot go on with ${o}: an error inside ReJot`,
    'Report it with the log; restarting the engine is safe.',
  ),
} satisfies Readonly<Record<string, Rule>>

/** SQLSTATE of a lock that was not to be had in time. */
export const lockTimeout = '55P03'

/** By SQLSTATE, in our own words, because the server's message of class 22 quotes the value. */
export const valueTrouble: Readonly<Record<string, string>> = {
  '22001': 'a text is longer than its column',
  '22003': 'a number is outside the range of its column',
  '22007': 'a text is no date or time',
  '22008': 'a date or time is out of range',
  '22012': 'a division by zero',
  '22P02': 'a text cannot be read as the type of its column',
  '22021': 'a text has a character that the encoding lacks',
  '22P05': 'a text has a character that cannot be stored',
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
