import type { Evidence, Finding } from '../../domain/connection-check.ts'
import { FailureError } from '../../domain/failure.ts'
import { isPooler } from '../check-source.ts'
import { poolerFailure } from '../classify-failure.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { failedFinding } from './reach-host.ts'

/*
 * Signing in, opening the database and meeting the server itself happen in one go; a failure is laid to the one of the
 * three steps that it belongs to.
 */
export async function askAuthentication(context: PostgresCheckContext, signal: AbortSignal): Promise<Finding> {
  const { request } = context
  const { user } = request.connection
  try {
    const { method, session } = await context.signIn(signal)
    const how = method === undefined ? 'without being asked for a password' : `with ${method}`
    const evidence: Evidence[] = [
      { label: 'Role', value: user },
      { label: 'Method', value: method ?? 'trust, certificate or the like' },
    ]
    const until = await passwordEnd(session)
    if (until === undefined) return { state: 'passed', sentence: `${user} ${how}`, evidence }
    return {
      state: until.days <= soonDays ? 'warning' : 'passed',
      sentence: `${user} ${how}; the password is valid until ${until.day}`,
      ...(until.days <= soonDays ? { solution: `Set it anew before then: alter role … valid until '…'.` } : {}),
      evidence: [...evidence, { label: 'Valid until', value: until.text }],
    }
  } catch (error) {
    const step = laidTo(error)
    if (step === 'database') return { state: 'passed', sentence: `${user} is let in`, evidence: [] }
    if (step === 'direct') return poolerAnswers
    const finding = failedFinding(error, request)
    return passwordRefused(error) ? { ...finding, solution: wrongPassword } : finding
  }
}

/** A password that ends within it is warned about. */
const soonDays = 14

const wrongPassword =
  'Correct the password or the user. A role that does not exist and a password that has expired (valid until) give the same answer: the server tells only its log which it was.'

function passwordRefused(error: unknown): boolean {
  return error instanceof FailureError && error.failure.sqlstate === '28P01'
}

interface PasswordEnd {
  readonly day: string
  readonly text: string
  readonly days: number
}

async function passwordEnd(session: {
  rows(text: string): Promise<(string | null)[][]>
}): Promise<PasswordEnd | undefined> {
  const [row] = await session.rows(`
    select rolvaliduntil::date::text, rolvaliduntil::text, extract(day from rolvaliduntil - now())::int8::text
      from pg_roles where rolname = session_user and isfinite(rolvaliduntil)`)
  const [day, text, days] = row ?? []
  return day == null ? undefined : { day, text: text ?? '', days: Number(days) }
}

export async function askDatabase(context: PostgresCheckContext, signal: AbortSignal): Promise<Finding> {
  const { request } = context
  const { database } = request.connection
  try {
    await context.signIn(signal)
  } catch (error) {
    return laidTo(error) === 'direct' ? poolerAnswers : failedFinding(error, request)
  }
  const [row] = await context.session().rows(databaseSql)
  const [size, encoding, collation, bytes] = row ?? []
  const evidence: Evidence[] = [
    { label: 'Encoding', value: encoding ?? '' },
    { label: 'Collation', value: collation ?? '' },
    { label: 'Bytes', value: bytes ?? '' },
  ]
  return { state: 'passed', sentence: `${database}, ${size}, ${encoding}`, evidence }
}

const databaseSql = `
select pg_size_pretty(pg_database_size(oid)), pg_encoding_to_char(encoding), datcollate, pg_database_size(oid)::text
  from pg_database where datname = current_database()`

/** Replication needs the server itself, and so do the settings that every session is made with. */
export async function askDirect(context: PostgresCheckContext, signal: AbortSignal): Promise<Finding> {
  const { request } = context
  try {
    const { session } = await context.signIn(signal)
    if (await isPooler(session)) throw new FailureError(poolerFailure(request.connection.slug))
  } catch (error) {
    return failedFinding(error, request)
  }
  const [row] = await context.session().rows(addressSql)
  const [address, port, pid] = row ?? []
  const evidence: Evidence[] = [
    { label: 'Server', value: address == null ? 'a socket' : `${address}:${port}` },
    { label: 'Server process', value: pid ?? '' },
  ]
  return { state: 'passed', sentence: 'The server itself answers, no pooler', evidence }
}

const addressSql = 'select host(inet_server_addr()), inet_server_port()::text, pg_backend_pid()::text'

type Step = 'authentication' | 'database' | 'direct'

/** The server looks for the database, and whether the role may open it, only when it knows who asks. */
function laidTo(error: unknown): Step {
  const { kind, sqlstate } = error instanceof FailureError ? error.failure : { kind: undefined, sqlstate: undefined }
  if (kind === 'pooler') return 'direct'
  return kind === 'database-missing' || sqlstate === '42501' ? 'database' : 'authentication'
}

const poolerAnswers: Finding = { state: 'skipped', sentence: 'A pooler answers in place of the server', evidence: [] }
