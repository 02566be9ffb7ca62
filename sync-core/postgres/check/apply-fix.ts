import type { PostgresConnection } from '../../domain/connection.ts'
import type { FixResult } from '../../domain/connection-check.ts'
import { classifyFailure } from '../classify-failure.ts'
import { openSession, type Session } from '../session.ts'

/** The application must not queue behind us, nor we behind it. */
const settings = { lock_timeout: '2s', statement_timeout: '30s' }

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
    if (together) await session.rows('begin')
    for (const statement of statements) {
      current = statement
      await session.rows(statement)
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

function failed(error: unknown, object: string, statement: string | undefined): FixResult {
  const { message, solution, sqlstate, kind } = classifyFailure(error, object)
  if (kind === 'bug') throw error
  const wanted = sqlstate === '42501' ? 'Let somebody run it who may, such as the owner or a superuser.' : solution
  return { applied: false, message, solution: wanted, ...(statement === undefined ? {} : { statement }) }
}
