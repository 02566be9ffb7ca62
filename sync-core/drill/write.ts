import { setTimeout as pause } from 'node:timers/promises'
import type { SqlSession } from '../testing/sql-session.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import type { Tried } from './tried.ts'
import type { Transaction } from './workload.ts'

/** One client that writes its transactions, again and again, until the signal aborts. Waits out a server that is away. */
export async function writeUntil(
  signal: AbortSignal,
  database: TestDatabase,
  transactions: readonly Transaction[],
  tried: Tried,
): Promise<void> {
  let session: SqlSession | undefined
  for (let place = 0; !signal.aborted; place = (place + 1) % transactions.length) {
    const transaction = transactions[place]
    if (transaction === undefined) break
    try {
      session = session?.isOpen ? session : await database.session()
      await carryOut(session, transaction)
      tried[transaction.end === 'commit' ? 'transactions' : 'undone'] += 1
      await pause(transaction.restMs)
    } catch {
      // Refused, deadlocked or cut: the transaction is gone, as it would be for anybody.
      tried.undone += 1
      await session?.query('rollback').catch(() => session?.close())
      await pause(20)
    }
  }
  await session?.close()
}

async function carryOut(session: SqlSession, { statements, end, holdMs }: Transaction): Promise<void> {
  if (holdMs === 0) return void (await session.query(['begin', ...statements, end].join(';\n')))
  await session.query(['begin', ...statements].join(';\n'))
  await pause(holdMs)
  await session.query(end)
}
