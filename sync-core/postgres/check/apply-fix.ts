import { setTimeout as pause } from 'node:timers/promises'
import type { PostgresConnection } from '../../domain/connection.ts'
import type { FixResult } from '../../domain/connection-check.ts'
import { FailureError } from '../../domain/failure.ts'
import { classifyFailure } from '../classify-failure.ts'
import { openSession, type Session } from '../session.ts'

/** The application must not queue behind us, nor we behind it. */
const settings = { lock_timeout: '2s', statement_timeout: '30s' }

/** Makes settings take effect that need no restart. */
export const reloadSql = 'select pg_reload_conf()'

/** Runs a fix's statements in one transaction; those that may stand in none, each by itself. */
export async function applyPostgresFix(
  connection: PostgresConnection,
  statements: readonly string[],
): Promise<FixResult> {
  let session: Session
  try {
    session = await openSession(connection, { purpose: 'fix', settings })
  } catch (error) {
    return failed(error, connection.slug, undefined)
  }
  const together = !statements.some((statement) => /^alter system /i.test(statement))
  let current: string | undefined
  try {
    const granted = watchGrants(session)
    if (together) await session.rows('begin')
    for (const statement of statements) {
      current = statement
      if (statement === reloadSql) await reload(session)
      else await session.rows(statement)
      if (!granted()) throw notGranted(connection.slug)
    }
    if (together) await session.rows('commit')
    return { applied: true }
  } catch (error) {
    return failed(error, connection.slug, current)
  } finally {
    // What was begun and not committed ends with the session.
    await session.close()
  }
}

/** Who may grant nothing but has a right of its own there is only warned by the server, and nothing is changed. */
function watchGrants(session: Session): () => boolean {
  let granted = true
  session.client.on('notice', ({ code }) => {
    if (code === '01007') granted = false
  })
  return () => granted
}

function notGranted(object: string): FailureError {
  return new FailureError({
    kind: 'permission',
    policy: 'halt',
    object,
    message: `Cannot grant that in ${object}: the role has no right that it could give on`,
    solution: 'Let somebody run it who may, such as the owner or a superuser.',
  })
}

/** The server reads its settings a moment later, and whoever asks before that sees the former ones. */
async function reload(session: Session): Promise<void> {
  const loaded = async () => (await session.rows('select pg_conf_load_time()::text'))[0]?.[0]
  const before = await loaded()
  await session.rows(reloadSql)
  const until = performance.now() + 2_000
  while ((await loaded()) === before && performance.now() < until) await pause(20)
}

function failed(error: unknown, object: string, statement: string | undefined): FixResult {
  const { message, solution, sqlstate, kind } = classifyFailure(error, object)
  if (kind === 'bug') throw error
  const wanted = sqlstate === '42501' ? 'Let somebody run it who may, such as the owner or a superuser.' : solution
  return { applied: false, message, solution: wanted, ...(statement === undefined ? {} : { statement }) }
}
