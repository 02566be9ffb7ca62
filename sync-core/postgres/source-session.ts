import type { ServerIdentity } from '../domain/checkpoint.ts'
import type { Lsn } from '../domain/lsn.ts'
import type { SourceSession } from '../domain/source.ts'
import { failingAs } from './classify-failure.ts'
import { whoIsOpenBefore } from './earlier-transactions.ts'
import type { FollowedSchemas } from './followed-schemas.ts'
import { openSnapshot, type SnapshotChain } from './open-snapshot.ts'
import type { ReplicationStream } from './replication-stream.ts'
import type { ContractSample } from './sample-contract.ts'
import type { Session } from './session.ts'
import { walHeldBy } from './wal-held.ts'

/** What an opening has made and found. */
export interface SourceSessionParts {
  readonly control: Session
  readonly reading: Session
  readonly stream: ReplicationStream
  readonly facts: { readonly version: string; readonly server: ServerIdentity }
  readonly slot: { readonly confirmed: Lsn }
  readonly followed: FollowedSchemas
  readonly chain: SnapshotChain
  /** Every transaction with a lower id must have ended before rows are copied. */
  readonly settledFrom: bigint
  readonly sample: ContractSample
  readonly slotName: string
  /** The connection's name, for sentences. */
  readonly object: string
  isCurrent(): Promise<boolean>
  close(): Promise<void>
}

/** What is asked of a source while it is followed, over the three connections that are open. */
export function createSourceSession(parts: SourceSessionParts): SourceSession {
  const { control, reading, stream, slotName, object, chain, settledFrom, sample } = parts
  const { schemas, broken } = parts.followed
  const failed = Promise.race([control.failed, reading.failed, stream.failed])
  failed.catch(() => {})
  return {
    server: parts.facts.server,
    serverVersion: parts.facts.version,
    slotConfirmedLsn: parts.slot.confirmed,
    schemas,
    broken,
    isCurrent: () => failingAs(object, parts.isCurrent()),
    contractFault: (schema) => sample.faultOf(schema),
    unsettled: () => failingAs(object, whoIsOpenBefore(control, settledFrom)),
    stream,
    failed,
    async nudge() {
      await failingAs(object, control.rows(`select pg_logical_emit_message(true, 'rejot', '')`))
    },
    openSnapshot: () =>
      failingAs(object, openSnapshot({ session: reading, schemas, chain, settledFrom, sample, object })),
    confirm: (lsn) => stream.confirm(lsn),
    walHeld: async () => (await walHeldBy(control, slotName)) ?? { retainedBytes: 0, keptBytes: undefined },
    close: () => parts.close(),
  }
}
