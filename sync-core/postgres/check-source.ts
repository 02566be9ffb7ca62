import { FailureError, type FailureKind } from '../domain/failure.ts'
import type { Session } from './session.ts'

const minimumVersion = 140_000

export interface ServerFacts {
  /** `15.18` */
  readonly version: string
  readonly versionNumber: number
  readonly systemIdentifier: string
}

const factsSql = `
select current_setting('server_version'), current_setting('server_version_num'), pg_is_in_recovery()::text,
       current_setting('wal_level'),
       (select (rolreplication or rolsuper)::text from pg_roles where rolname = current_user),
       (select system_identifier::text from pg_control_system())`

/** What a server must be to be followed. Throws a FailureError for the first thing that no retry can cure. */
export async function checkSource(session: Session, object: string): Promise<ServerFacts> {
  const [row] = await session.rows(factsSql)
  const [version, versionNumber, inRecovery, walLevel, mayReplicate, systemIdentifier] = row ?? []
  const facts: ServerFacts = {
    version: (version ?? '').split(' ')[0] ?? '',
    versionNumber: Number(versionNumber),
    systemIdentifier: systemIdentifier ?? '',
  }
  if (facts.versionNumber < minimumVersion) {
    throw refuse('server-version', object, `it is PostgreSQL ${facts.version}`, 'Use PostgreSQL 14 or later.')
  }
  if (inRecovery === 'true') {
    throw refuse(
      'standby',
      object,
      'it is a standby',
      'Connect to the primary: the snapshots of a standby do not list running transactions.',
    )
  }
  if (walLevel !== 'logical') {
    throw refuse(
      'wal-level',
      object,
      `its wal_level is ${walLevel}`,
      'Run ALTER SYSTEM SET wal_level = logical and restart the server.',
    )
  }
  if (mayReplicate !== 'true') {
    throw refuse(
      'replication-right',
      object,
      'the role may not replicate',
      'Run ALTER ROLE … REPLICATION for the role of this connection.',
    )
  }
  return facts
}

function refuse(kind: FailureKind, object: string, state: string, solution: string): FailureError {
  return new FailureError({ kind, policy: 'halt', object, message: `Cannot follow ${object}: ${state}`, solution })
}
