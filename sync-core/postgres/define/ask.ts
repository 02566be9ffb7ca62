import type { PostgresConnection } from '../../domain/connection.ts'
import { asFailureError } from '../classify-failure.ts'
import { destroySocket, openSession, type Session, type SessionSettings } from '../session.ts'

export interface AskLimits {
  /** For a single statement; 5 s when left out. */
  readonly timeoutMs?: number | undefined
  /** Ends the statement under way, at the server too. */
  readonly signal?: AbortSignal | undefined
}

export interface AskOptions extends AskLimits {
  /** As the server shows it. */
  readonly purpose: string
  /**
   * `read-only`: one state of the database, in which nothing can be written. `statements`: each by itself, and none can
   * write. `own`: the work makes what ends with the session, and begins and rolls back what would write.
   */
  readonly transaction: 'read-only' | 'statements' | 'own'
  /** Settings of the engine's own sessions, where an answer must be what theirs would be. */
  readonly settings?: SessionSettings | undefined
}

export const askTimeoutMs = 5_000
/** Looking must never stand in the way of somebody's ALTER TABLE, and so waits for none. */
const lockTimeoutMs = 2_000
/** For the server to end a statement that is called off; then the connection is cut. */
const callOffMs = 1_000

/**
 * Asks a database something on a connection of its own and leaves nothing behind. Throws a FailureError, or the
 * signal's reason once it is aborted.
 */
export async function ask<T>(
  connection: PostgresConnection,
  options: AskOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { signal, purpose, transaction } = options
  signal?.throwIfAborted()
  const settings = { ...options.settings, ...settingsOf(options) }
  const session = await openUnlessAborted(openSession(connection, { purpose, settings }), signal)
  let callOff: (() => void) | undefined
  try {
    const begin = begins[transaction]
    const [[pid] = []] = (await session.script(`${begin} select pg_backend_pid()::text`)).at(-1) ?? []
    callOff = () => endSession(connection, session, pid ?? '')
    if (signal?.aborted) callOff()
    signal?.addEventListener('abort', callOff)
    const answer = await work(session)
    signal?.throwIfAborted()
    return answer
  } catch (error) {
    signal?.throwIfAborted()
    throw asFailureError(error, connection.slug)
  } finally {
    if (callOff !== undefined) signal?.removeEventListener('abort', callOff)
    // Whatever is open is taken back, here or by the server when the session ends.
    await session.script('rollback').catch(() => {})
    await session.close()
  }
}

const begins: Readonly<Record<AskOptions['transaction'], string>> = {
  'read-only': 'begin isolation level repeatable read, read only;',
  statements: '',
  own: '',
}

function settingsOf({ transaction, timeoutMs = askTimeoutMs }: AskOptions): SessionSettings {
  return {
    statement_timeout: `${timeoutMs}ms`,
    lock_timeout: `${Math.min(lockTimeoutMs, timeoutMs)}ms`,
    // Should we be gone in the middle, the server takes everything back by itself.
    idle_in_transaction_session_timeout: '30s',
    default_transaction_read_only: transaction === 'own' ? 'off' : 'on',
  }
}

/** A connection that comes about after all is closed. */
async function openUnlessAborted(opening: Promise<Session>, signal: AbortSignal | undefined): Promise<Session> {
  if (signal === undefined) return opening
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    return await Promise.race([opening, aborted])
  } catch (error) {
    opening.then((session) => session.close()).catch(() => {})
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/**
 * A role may end what it runs itself. The session and not only its statement, or the next statement would begin. Should
 * that not get through, the statement's own timeout ends it.
 */
function endSession(connection: PostgresConnection, session: Session, pid: string): void {
  setTimeout(() => destroySocket(session.client), callOffMs).unref()
  openSession(connection, { purpose: 'end', settings: {} })
    .then(async (other) => {
      await other.rows('select pg_terminate_backend($1)', [pid]).finally(() => other.close())
    })
    .catch(() => {})
}
