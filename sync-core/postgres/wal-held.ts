import type { WalHeld } from '../domain/source.ts'
import type { Session } from './session.ts'

const walHeldSql = `
select pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::int8, pg_size_bytes(current_setting('max_slot_wal_keep_size'))
  from pg_replication_slots where slot_name = $1`

/** What a slot makes the server keep, in bytes. `undefined`: there is no such slot, or it holds nothing any more. */
export async function walHeldBy(session: Session, slotName: string): Promise<WalHeld | undefined> {
  const [[retained, kept] = []] = await session.rows(walHeldSql, [slotName])
  if (retained == null) return undefined
  return { retainedBytes: Number(retained), keptBytes: Number(kept ?? -1) < 0 ? undefined : Number(kept) }
}
