import { freshenSlots } from './fresh-slots.ts'
import type { Measurement, Setting } from './scenario.ts'
import { countCosts, newMark, openWatch, untilFollowed } from './watch.ts'

/** Transactions that are written while nobody follows. */
export interface Backlog {
  readonly transactions: number
  /** SQL of the n-th transaction; `n` counts from 1. */
  readonly transactionSql: string
  /** What the rate counts; `transactions` when left out. */
  readonly counted?: number
}

/**
 * Works off a backlog: from the moment the contender holds its slots, so that starting a process does not count, to the
 * moment the last transaction is visible at every destination. A rate per second.
 */
export async function drainBacklog(setting: Setting, backlog: Backlog): Promise<Measurement> {
  const { contender, shape } = setting
  await freshenSlots(contender, shape)
  const before = await contender.storeWrites()
  await contender.stop()
  await writeTransactions(setting, backlog)
  const mark = newMark()
  await contender.source.query(shape.markSql, [mark])
  const watch = await openWatch(contender, shape)
  const session = await contender.source.session()
  try {
    const starting = contender.start()
    // Being ready comes later than holding the slots; but a start that fails ends the waiting.
    await Promise.race([untilFollowed(contender, session), starting])
    const followedAt = performance.now()
    // The engine counts its waits for the disk from its own beginning.
    const costs = await countCosts(contender, before && { events: before.events, closings: 0 })
    const arrived = watch.untilMarked(mark).then(async () => {
      const elapsedMs = performance.now() - followedAt
      return { values: [((backlog.counted ?? backlog.transactions) * 1_000) / elapsedMs], cost: await costs.end() }
    })
    const [measurement] = await Promise.all([arrived, starting])
    return measurement
  } finally {
    await session.close()
    await watch.close()
  }
}

async function writeTransactions({ contender }: Setting, { transactions, transactionSql }: Backlog): Promise<void> {
  const session = await contender.source.session()
  try {
    // Only the last commit, the mark's, waits for the disk: nobody is there to read the others sooner.
    await session.query('set synchronous_commit = off')
    await session.query(`
      create or replace procedure bench_write() language plpgsql as $$
      begin
        for n in 1..${transactions} loop
          ${transactionSql};
          commit;
        end loop;
      end $$`)
    await session.query('call bench_write()')
  } finally {
    await session.close()
  }
}
