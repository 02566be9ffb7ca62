import type { Session } from './session.ts'

/** Every transaction that runs at this moment has a lower id than this, of 64 bits. */
export async function nextTransactionId(session: Session): Promise<bigint> {
  const [row] = await session.rows('select pg_snapshot_xmax(pg_current_snapshot())::text')
  return BigInt(row?.[0] ?? '0')
}

const anyOpenSql = 'select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric < $1::numeric)::text'

const oldestSql = `
select pid::text from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
 order by age(backend_xid) desc limit 1`

/** Whose transaction, of those with a lower id, is still open, in words: `the transaction of PID 4711`; `undefined`: none. */
export async function whoIsOpenBefore(session: Session, id: bigint): Promise<string | undefined> {
  const [row] = await session.rows(anyOpenSql, [String(id)])
  if (row?.[0] !== 'true') return undefined
  const [open] = await session.rows(oldestSql)
  return open?.[0] == null ? 'a transaction' : `the transaction of PID ${open[0]}`
}
