import { closeSync, fdatasync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PostgresServer } from '../../sync-core/testing/postgres-server.ts'
import { openSession } from '../../sync-core/testing/sql-session.ts'
import { percentile } from './measure.ts'
import { pause } from './watch.ts'

/** What a step from one process to another, and to the disk, takes here by itself: no latency can be less than its steps. */
export interface HandOver {
  /** A question without work, `select 1`, and its answer: two steps. Median, ms. */
  readonly roundTripMs: number
  /** A page that is written and waited for on a thread. Median, ms. */
  readonly diskWaitMs: number
}

const times = 200
const everyMs = 10

/** 100 of each a second, so that the machine falls asleep in between as it does between transactions. */
export async function measureHandOver(server: PostgresServer): Promise<HandOver> {
  const session = await openSession(server.connectionFor('postgres'))
  const path = join(tmpdir(), `rejot-bench-page-${process.pid}`)
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4_096)
  const wait = promisify(fdatasync)
  try {
    return {
      roundTripMs: await median(() => session.query('select 1')),
      diskWaitMs: await median(() => {
        writeSync(file, page)
        return wait(file)
      }),
    }
  } finally {
    closeSync(file)
    rmSync(path)
    await session.close()
  }
}

async function median(step: () => Promise<unknown>): Promise<number> {
  const takenMs: number[] = []
  for (let time = 0; time < times; time++) {
    const startedAt = performance.now()
    await step()
    takenMs.push(performance.now() - startedAt)
    await pause(everyMs)
  }
  return percentile(takenMs, 0.5)
}
