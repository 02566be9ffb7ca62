import type { ServerIdentity } from '../domain/checkpoint.ts'
import { FailureError, type FailureKind } from '../domain/failure.ts'
import { type Lsn, parseLsn } from '../domain/lsn.ts'
import { poolerFailure } from './classify-failure.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

const minimumVersion = 140_000

export interface ServerFacts {
  /** `15.18` */
  readonly version: string
  readonly versionNumber: number
  readonly server: ServerIdentity
  /** End of its WAL. */
  readonly lsn: Lsn
}

const factsSql = `
select current_setting('server_version'), current_setting('server_version_num'), pg_is_in_recovery()::text,
       current_setting('wal_level'),
       (select (rolreplication or rolsuper)::text from pg_roles where rolname = current_user),
       (select system_identifier::text from pg_control_system()),
       case when pg_is_in_recovery() then '0/0' else pg_current_wal_insert_lsn()::text end,
       case when pg_is_in_recovery() then '0' else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end`

/** What a server must be to be followed. Throws a FailureError for the first thing that no retry can cure. */
export async function checkSource(session: Session, object: string): Promise<ServerFacts> {
  await refusePooler(session, object)
  const [row] = await session.rows(factsSql)
  const [version, versionNumber, inRecovery, walLevel, mayReplicate, systemIdentifier, lsn, timeline] = row ?? []
  const facts: ServerFacts = {
    version: (version ?? '').split(' ')[0] ?? '',
    versionNumber: Number(versionNumber),
    // The control file learns of a promotion at the next checkpoint only; the WAL's own name knows it at once.
    server: { systemIdentifier: systemIdentifier ?? '', timeline: Number.parseInt(timeline ?? '0', 16) },
    lsn: parseLsn(lsn ?? '0/0'),
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
      `Run ALTER ROLE ${quoteIdentifier(session.client.user ?? '')} REPLICATION; as a superuser.`,
    )
  }
  return facts
}

/** A pooler gives a number of its own as the server process's; it lends servers by the transaction and replicates nothing. */
async function refusePooler(session: Session, object: string): Promise<void> {
  const [row] = await session.rows('select pg_backend_pid()::text')
  if (row?.[0] === String((session.client as unknown as { processID?: number | null }).processID)) return
  throw new FailureError(poolerFailure(object))
}

function refuse(kind: FailureKind, object: string, state: string, solution: string): FailureError {
  return new FailureError({ kind, policy: 'halt', object, message: `Cannot follow ${object}: ${state}`, solution })
}
