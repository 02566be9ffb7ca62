import type { EngineCheck, StepQuestion } from '../../domain/connection-check.ts'
import { askTls } from './ask-tls.ts'
import { openCheckContext, type PostgresCheckContext } from './check-context.ts'
import { askOffsets, askTemporary, askWrite } from './check-destination.ts'
import { askPublication } from './check-publication-right.ts'
import {
  askKeepSize,
  askPrimary,
  askReplication,
  askSenders,
  askSlots,
  askVersion,
  askWalLevel,
} from './check-server.ts'
import { askReplicaIdentity, askSelect } from './check-tables.ts'
import { askDns, askTcp, failedFinding } from './reach-host.ts'
import { askAuthentication, askDatabase, askDirect } from './sign-in.ts'

export type { PostgresCheckContext } from './check-context.ts'

type Step = StepQuestion<PostgresCheckContext>
type Asked = (context: PostgresCheckContext, signal: AbortSignal) => ReturnType<Step['ask']>

/** All that is asked of a Postgres server, in this order. */
const steps: readonly Step[] = [
  gate('dns', 'DNS', askDns),
  gate('tcp', 'TCP', askTcp),
  gate('tls', 'TLS', askTls),
  gate('authentication', 'Authentication', askAuthentication),
  gate('database', 'Database', askDatabase),
  gate('direct', 'Direct connection', askDirect),
  of(['source', 'destination'], 'version', 'Version', askVersion),
  of(['source', 'destination'], 'primary', 'Primary', askPrimary),
  of(['source'], 'select', 'SELECT rights', askSelect),
  of(['source'], 'wal-level', 'wal_level', askWalLevel),
  of(['source'], 'replication', 'REPLICATION right', askReplication),
  of(['source'], 'slots', 'Free slots', askSlots),
  of(['source'], 'senders', 'Free senders', askSenders),
  of(['source'], 'publication', 'Publication', askPublication),
  {
    ...of(['source'], 'replica-identity', 'Replica identity', askSelect),
    ask: (context, { progress }) => askReplicaIdentity(context, progress),
  },
  of(['source'], 'keep-size', 'max_slot_wal_keep_size', askKeepSize),
  of(['destination'], 'temporary', 'Temporary functions', askTemporary),
  of(['destination'], 'offsets', 'Offset table', askOffsets),
  of(['destination'], 'write', 'Write rights', askWrite),
]

export const postgresCheck: EngineCheck<PostgresCheckContext> = {
  steps,
  open: openCheckContext,
  explain: failedFinding,
}

function of(purposes: Step['purposes'], id: string, title: string, ask: Asked): Step {
  return { id, title, purposes, gate: false, ask: (context, { signal }) => ask(context, signal) }
}

function gate(id: string, title: string, ask: Asked): Step {
  return { ...of(['source', 'destination'], id, title, ask), gate: true }
}
