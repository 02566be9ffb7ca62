import type { TestDatabase } from './test-database.ts'

/** The slot on a database: who reads it, up to where it has confirmed, and from where it holds WAL, as numbers. */
export async function slotOn(
  database: TestDatabase,
): Promise<{ readonly readerPid: unknown; readonly confirmed: bigint; readonly restart: bigint }> {
  const [row] = await database.query(
    `select active_pid as pid, (confirmed_flush_lsn - '0/0')::text as confirmed, (restart_lsn - '0/0')::text as restart
       from pg_replication_slots where database = current_database()`,
  )
  return {
    readerPid: row?.pid,
    confirmed: BigInt(String(row?.confirmed ?? 0)),
    restart: BigInt(String(row?.restart ?? 0)),
  }
}

/** How far the server's WAL is written, as a number. */
export async function walEndOf(database: TestDatabase): Promise<bigint> {
  const [row] = await database.query(`select (pg_current_wal_insert_lsn() - '0/0')::text as lsn`)
  return BigInt(String(row?.lsn))
}
