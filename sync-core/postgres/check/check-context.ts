import type { CheckRequest } from '../../domain/connection-check.ts'
import { readServerFacts, type ServerFacts } from '../check-source.ts'
import { destroySocket, openSession, type Session } from '../session.ts'
import { type ProviderFacts, recogniseProvider } from './provider.ts'
import { readTables, type TableFacts } from './table-facts.ts'

/**
 * What the steps of one check hand on to each other: the session, and what was asked of the server already, each once.
 */
export interface PostgresCheckContext {
  readonly request: CheckRequest
  /** Signs in, once. Throws a FailureError; the same one again when it is asked again. */
  signIn(until: AbortSignal): Promise<SignedIn>
  /** Throws when nobody has signed in. */
  session(): Session
  facts(): Promise<ServerFacts>
  provider(): Promise<ProviderFacts>
  /** Those that are followed from: the named ones, else all of the database. */
  tables(): Promise<readonly TableFacts[]>
  close(): Promise<void>
}

export interface SignedIn {
  readonly session: Session
  /** How the server asked who we are; `undefined`: it did not. */
  readonly method: string | undefined
}

/** Looking must never wait for somebody's ALTER TABLE; a statement ends a little before the step's own deadline. */
const settings = { default_transaction_read_only: 'on', lock_timeout: '2s', statement_timeout: '7s' }

export function openCheckContext(request: CheckRequest, signal: AbortSignal): PostgresCheckContext {
  const { connection } = request
  let signing: Promise<SignedIn> | undefined
  let open: Session | undefined
  const giveUp = (): void => {
    if (open !== undefined) destroySocket(open.client)
  }
  signal.addEventListener('abort', giveUp, { once: true })
  const session = (): Session => {
    if (open === undefined) throw new Error('Cannot ask the server: nobody has signed in')
    return open
  }
  const facts = once(() => readServerFacts(session()))
  const provider = once(() => recogniseProvider(session(), connection.host))
  const tables = once(() => readTables(session(), request.reads))
  const signIn = async (until: AbortSignal): Promise<SignedIn> => {
    let method: string | undefined
    const onAuthentication = (asked: string): void => {
      method = asked
    }
    open = await openSession(connection, { purpose: 'check', settings, signal: until, onAuthentication })
    return { session: open, method }
  }
  return {
    request,
    session,
    facts,
    provider,
    tables,
    signIn(until) {
      signing ??= signIn(until)
      signing.catch(() => {})
      return signing
    },
    async close() {
      // One that still connects is given up by its signal, and comes to nothing.
      await signing?.catch(() => {})
      signal.removeEventListener('abort', giveUp)
      await open?.close()
    },
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}
