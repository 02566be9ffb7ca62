import type { Clock } from '../../sync-core/domain/clock.ts'
import type { PostgresConnection } from '../../sync-core/domain/connection.ts'
import { openSession, type SqlSession } from '../../sync-core/testing/sql-session.ts'
import { actionSql, chooseAction } from './writer-action.ts'

export interface WriterDeps {
  readonly connection: PostgresConnection
  readonly clock: Clock
  /** In [0, 1); `Math.random` when left out. */
  readonly dice?: () => number
}

/** The application of the sample: makes and changes rows until it is stopped. */
export interface Writer {
  /** Transactions a second while it runs and its database answers. */
  readonly rate: number
  readonly state: 'running' | 'paused' | 'stopped'
  /** Transactions made since it was started. */
  readonly transactions: number
  /** Resolves when no transaction is under way and none will be until `resume`. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

const transactionsPerSecond = 5
const retryDelayMs = 1_000

/** Starts at once. When its database goes away it tries again every second. */
export function startWriter(deps: WriterDeps): Writer {
  const { connection, clock, dice = Math.random } = deps
  const stopping = new AbortController()
  let state: Writer['state'] = 'running'
  let resumed = Promise.withResolvers<void>()
  let session: SqlSession | undefined
  let transactions = 0
  let underWay: Promise<unknown> = Promise.resolve()

  /** Returns how long to wait until the next one, ms. */
  const writeOnce = async (): Promise<number> => {
    try {
      if (session?.isOpen !== true) session = await openSession(connection)
      const [row] = await session.query('select count(*)::int as accounts from account')
      await session.query(actionSql[chooseAction(Number(row?.accounts), dice())])
      transactions += 1
      return 1_000 / transactionsPerSecond
    } catch {
      // A restart, a full disk: whatever it was, a new session in a second is the answer.
      await session?.close()
      session = undefined
      return retryDelayMs
    }
  }

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (state === 'paused') {
        await resumed.promise
        continue
      }
      const writing = writeOnce()
      underWay = writing
      await clock.sleep(await writing, stopping.signal)
    }
    await session?.close()
  }
  const done = loop()

  return {
    rate: transactionsPerSecond,
    get state() {
      return state
    },
    get transactions() {
      return transactions
    },
    async pause() {
      if (state === 'running') {
        state = 'paused'
        resumed = Promise.withResolvers()
      }
      await underWay
    },
    resume() {
      if (state !== 'paused') return
      state = 'running'
      resumed.resolve()
    },
    async stop() {
      state = 'stopped'
      stopping.abort()
      resumed.resolve()
      await done
    },
  }
}
