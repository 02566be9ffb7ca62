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
  readonly inRecovery: boolean
  readonly walLevel: string
  /** Who we are there. */
  readonly role: string
  readonly mayReplicate: boolean
}

/** RDS gives the right to replicate by membership in a role of its own. */
const factsSql = `
select current_setting('server_version'), current_setting('server_version_num'), pg_is_in_recovery()::text,
       current_setting('wal_level'), current_user,
       (select (rolreplication or rolsuper
                or exists (select from pg_roles rds where rds.rolname = 'rds_replication' and pg_has_role(rds.oid, 'usage')))::text
          from pg_roles where rolname = current_user),
       (select system_identifier::text from pg_control_system()),
       case when pg_is_in_recovery() then '0/0' else pg_current_wal_insert_lsn()::text end,
       case when pg_is_in_recovery() then '0' else substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) end`

export async function readServerFacts(session: Session): Promise<ServerFacts> {
  const [row] = await session.rows(factsSql)
  const [version, versionNumber, inRecovery, walLevel, role, mayReplicate, systemIdentifier, lsn, timeline] = row ?? []
  return {
    version: (version ?? '').split(' ')[0] ?? '',
    versionNumber: Number(versionNumber),
    // The control file learns of a promotion at the next checkpoint only; the WAL's own name knows it at once.
    server: { systemIdentifier: systemIdentifier ?? '', timeline: Number.parseInt(timeline ?? '0', 16) },
    lsn: parseLsn(lsn ?? '0/0'),
    inRecovery: inRecovery === 'true',
    walLevel: walLevel ?? '',
    role: role ?? '',
    mayReplicate: mayReplicate === 'true',
  }
}

/** What keeps a server from being followed. */
export interface SourceFault {
  readonly kind: FailureKind
  /** "it is a standby" */
  readonly state: string
  readonly solution: string
}

/** What a server must be to be followed, each by the step of a check that asks it; in the order in which it is said. */
export const sourceRequirements = {
  version: ({ version, versionNumber }: ServerFacts): SourceFault | undefined =>
    versionNumber >= minimumVersion
      ? undefined
      : {
          kind: 'server-version',
          state: `it is PostgreSQL ${version}`,
          solution: 'Use PostgreSQL 14 or later.',
        },
  primary: ({ inRecovery }: ServerFacts): SourceFault | undefined =>
    inRecovery
      ? {
          kind: 'standby',
          state: 'it is a standby',
          solution: 'Connect to the primary: the snapshots of a standby do not list running transactions.',
        }
      : undefined,
  walLevel: ({ walLevel }: ServerFacts): SourceFault | undefined =>
    walLevel === 'logical'
      ? undefined
      : {
          kind: 'wal-level',
          state: `its wal_level is ${walLevel}`,
          solution: `Run ${setWalLevelSql} and restart the server.`,
        },
  replication: ({ mayReplicate, role }: ServerFacts): SourceFault | undefined =>
    mayReplicate
      ? undefined
      : {
          kind: 'replication-right',
          state: 'the role may not replicate',
          solution: `Run ${allowReplicationSql(role)}; as a superuser.`,
        },
} as const

export const setWalLevelSql = 'alter system set wal_level = logical'

export function allowReplicationSql(role: string): string {
  return `alter role ${quoteIdentifier(role)} replication`
}

/** What a server must be to be followed. Throws a FailureError for the first thing that no retry can cure. */
export async function checkSource(session: Session, object: string): Promise<ServerFacts> {
  if (await isPooler(session)) throw new FailureError(poolerFailure(object))
  const facts = await readServerFacts(session)
  for (const requirement of Object.values(sourceRequirements)) {
    const fault = requirement(facts)
    if (fault === undefined) continue
    const { kind, state, solution } = fault
    const message = `Cannot follow ${object}: ${state}`
    throw new FailureError({ kind, policy: 'halt', object, message, solution })
  }
  return facts
}

/** A pooler gives a number of its own as the server process's; it lends servers by the transaction and replicates nothing. */
export async function isPooler(session: Session): Promise<boolean> {
  const [row] = await session.rows('select pg_backend_pid()::text')
  return row?.[0] !== String((session.client as unknown as { processID?: number | null }).processID)
}
