import type { SqlSession } from '../../sync-core/testing/sql-session.ts'
import type { Contender, StoreWrites } from './contender.ts'
import { countProcessorTime, type ProcessorTime, peakMemoryBytes } from './processor-time.ts'
import type { Shape } from './shape.ts'

/** What a measurement cost beside its time. Memory and the store's writes are the engine's: native has none. */
export interface Cost {
  readonly processorTime: ProcessorTime | undefined
  readonly peakMemoryBytes: number | undefined
  readonly storeWrites: StoreWrites | undefined
}

/** Counts costs from now to `end`. Its own work comes before it returns, and after `end` is called. */
export async function countCosts(contender: Contender, writesBefore?: StoreWrites): Promise<{ end(): Promise<Cost> }> {
  const processor = await countProcessorTime(contender)
  return {
    async end() {
      const processorTime = await processor.end()
      const peak = peakMemoryBytes(contender.enginePid())
      return {
        processorTime,
        peakMemoryBytes: peak,
        storeWrites: difference(await contender.storeWrites(), writesBefore),
      }
    },
  }
}

function difference(after: StoreWrites | undefined, before: StoreWrites | undefined): StoreWrites | undefined {
  if (after === undefined || before === undefined) return undefined
  return { events: after.events - before.events, closings: after.closings - before.closings }
}

const lookEveryMs = 2
/** Then it is not slow, it has failed. */
const patienceMs = 600_000

/** Sessions at all destinations of a contender, to see what has arrived. */
export interface Watch {
  /** Resolves as soon as the mark is seen at every destination. */
  untilMarked(mark: string): Promise<void>
  /** Resolves as soon as every destination's table holds `last`, and then that many rows. */
  untilCopied(table: string, last: number, rows: number): Promise<void>
  close(): Promise<void>
}

export async function openWatch({ destinations }: Contender, shape: Shape): Promise<Watch> {
  const sessions = await Promise.all(destinations.map((destination) => destination.session()))
  const onAll = async (look: (session: SqlSession) => Promise<boolean>, what: string): Promise<void> => {
    const startedAt = performance.now()
    // One after another: when the last has it, all have, and only one is asked at a time.
    for (const session of sessions) {
      while (!(await look(session))) {
        if (performance.now() - startedAt > patienceMs) throw new Error(`Cannot see ${what} within ${patienceMs} ms`)
        await pause(lookEveryMs)
      }
    }
  }
  return {
    untilMarked: (mark) =>
      onAll(async (session) => (await session.query(shape.markedSql, [mark])).length > 0, 'the mark at a destination'),
    async untilCopied(table, last, rows) {
      // Counting walks over all rows; the last one alone is cheap to ask for, and is the last of both.
      const has = `select 1 from ${table} where id = $1`
      await onAll(async (session) => (await session.query(has, [last])).length > 0, 'the last row of the copy')
      const count = `select count(*)::int as rows from ${table}`
      await onAll(async (session) => (await session.query(count))[0]?.rows === rows, 'all rows of the copy')
    },
    close: async () => void (await Promise.all(sessions.map((session) => session.close()))),
  }
}

/** Resolves once the contender holds all of its slots. */
export async function untilFollowed({ slotNames }: Contender, session: SqlSession): Promise<void> {
  const active = 'select count(*)::int as active from pg_replication_slots where slot_name = any($1) and active'
  const startedAt = performance.now()
  while ((await session.query(active, [slotNames]))[0]?.active !== slotNames.length) {
    if (performance.now() - startedAt > patienceMs)
      throw new Error(`Cannot see the slots ${slotNames.join(', ')} at work`)
    await pause(lookEveryMs)
  }
}

let marks = 0

/** A text that no mark had before. */
export function newMark(): string {
  marks += 1
  return `mark ${marks}`
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs))
}
