import type { SqlSession } from '../../sync-core/testing/sql-session.ts'
import type { TestDatabase } from '../../sync-core/testing/test-database.ts'
import { type Contender, itemRows } from './contender.ts'
import { type LatencyFigures, latencyFigures } from './measure.ts'

export interface RateFigure {
  readonly rowsPerSecond: number
}

export interface BulkFigure {
  /** From the beginning of the INSERT: what somebody who loads rows waits for. */
  readonly endToEnd: RateFigure
  /** From its commit: replication alone, which nobody can begin before. */
  readonly fromCommit: RateFigure
}

/** One transaction of `rows` rows, until all of them are visible at the destination. */
export async function bulk(
  source: TestDatabase,
  contender: Contender,
  first: number,
  rows: number,
): Promise<BulkFigure> {
  const watch = await contender.destination.session()
  try {
    const startedAt = performance.now()
    await source.query(`insert into ${contender.table} ${itemRows(first, first + rows - 1)}`)
    const committedAt = performance.now()
    await untilArrived(watch, contender.table, first + rows - 1)
    const arrivedAt = performance.now()
    return { endToEnd: rate(rows, arrivedAt - startedAt), fromCommit: rate(rows, arrivedAt - committedAt) }
  } finally {
    await watch.close()
  }
}

/**
 * A backlog of one-row transactions, written while the contender is stopped: from the moment it holds its slot, so
 * that starting a process does not count, to the moment all rows are visible.
 */
export async function oneRowBacklog(
  source: TestDatabase,
  contender: Contender,
  first: number,
  rows: number,
): Promise<RateFigure> {
  const last = first + rows - 1
  await contender.stop()
  await source.query(`create or replace procedure bench_fill(a int, b int) language plpgsql as $$
    begin
      for n in a..b loop
        insert into ${contender.table} ${itemRows('n', 'n')};
        commit;
      end loop;
    end $$`)
  const writer = await source.session()
  await writer.query('set synchronous_commit = off')
  await writer.query(`call bench_fill(${first}, ${last})`)
  const watch = await contender.destination.session()
  try {
    const starting = contender.start()
    await untilFollowed(writer, contender.slotName)
    const followedAt = performance.now()
    await untilArrived(watch, contender.table, last)
    const elapsedMs = performance.now() - followedAt
    await starting
    return rate(rows, elapsedMs)
  } finally {
    await writer.close()
    await watch.close()
  }
}

/** Transactions of one row at a steady pace: from the commit's return at the writer to the row's first sight. */
export async function latency(
  source: TestDatabase,
  contender: Contender,
  first: number,
  options: { readonly perSecond: number; readonly seconds: number },
): Promise<LatencyFigures> {
  const { perSecond, seconds } = options
  const rows = perSecond * seconds
  const last = first + rows - 1
  const committedAt = new Float64Array(rows)
  const seenAt = new Float64Array(rows)
  const writer = await source.session()
  const watch = await contender.destination.session()
  try {
    const watching = (async () => {
      let seen = first - 1
      while (seen < last) {
        const now = await highest(watch, contender.table)
        const at = performance.now()
        for (; seen < now; seen++) seenAt[seen + 1 - first] = at
        // Without a pause the watcher takes a core from what it watches. It makes every figure up to 1 ms too high.
        await pause(1)
      }
    })()
    const startedAt = performance.now()
    for (let row = 0; row < rows; row++) {
      const dueAt = startedAt + (row * 1_000) / perSecond
      if (dueAt - performance.now() > 2) await pause(dueAt - performance.now() - 1)
      while (performance.now() < dueAt) await new Promise((resolve) => setImmediate(resolve))
      await writer.query(`insert into ${contender.table} ${itemRows(first + row, first + row)}`)
      committedAt[row] = performance.now()
    }
    await watching
  } finally {
    await writer.close()
    await watch.close()
  }
  // The first second warms plans and caches of both.
  return latencyFigures(Array.from(seenAt, (seen, row) => seen - (committedAt[row] ?? 0)).slice(perSecond))
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}

function rate(rows: number, elapsedMs: number): RateFigure {
  return { rowsPerSecond: Math.round((rows * 1_000) / elapsedMs) }
}

async function untilArrived(watch: SqlSession, table: string, last: number): Promise<void> {
  // By its key: max(id) would walk over every row that is written and not yet committed, each time, on the core that
  // is being measured.
  while ((await watch.query(`select 1 from ${table} where id = $1`, [last])).length === 0) await pause(2)
}

async function untilFollowed(writer: SqlSession, slotName: string): Promise<void> {
  const active = 'select 1 from pg_replication_slots where slot_name = $1 and active'
  while ((await writer.query(active, [slotName])).length === 0) await pause(2)
}

async function highest(watch: SqlSession, table: string): Promise<number> {
  const [row] = await watch.query(`select coalesce(max(id), 0) as id from ${table}`)
  return Number(row?.id)
}
