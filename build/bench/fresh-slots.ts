import type { Contender } from './contender.ts'
import type { Shape } from './shape.ts'
import { newMark, pause } from './watch.ts'

const lookEveryMs = 20
const patienceMs = 60_000

/**
 * Moves the point from which the contender's slots decode, when they are next used, up to now. A slot's moves only when
 * the server has written down who is running, which it does by itself every 15 s: whoever has been idle for less
 * decodes the scenario before once more, and that is no part of what is measured.
 */
export async function freshenSlots({ source, slotNames }: Contender, shape: Shape): Promise<void> {
  const session = await source.session()
  const startedAt = performance.now()
  try {
    const [now] = await session.query('select pg_current_wal_insert_lsn()::text as lsn')
    const isFresh =
      'select bool_and(restart_lsn >= $2::pg_lsn) as fresh from pg_replication_slots where slot_name = any($1)'
    while ((await session.query(isFresh, [slotNames, now?.lsn]))[0]?.fresh !== true) {
      if (performance.now() - startedAt > patienceMs) throw new Error(`Cannot bring ${slotNames.join(', ')} up to now`)
      await session.query('select pg_log_standby_snapshot()')
      // What is confirmed next takes the point along.
      await session.query(shape.markSql, [newMark()])
      await pause(lookEveryMs)
    }
  } finally {
    await session.close()
  }
}
