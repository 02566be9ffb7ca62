import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { SqlSession } from '../testing/sql-session.ts'
import type { TestDatabase } from '../testing/test-database.ts'
import { type ConsumerName, type DestinationName, moneyInTotal } from './shop.ts'

/** What holds in every state that the source ever had, and so in every state of a destination that is whole. */
export interface Invariant {
  readonly name: string
  /** Whose rows it is about; they say something together only where they are equally far. */
  readonly consumers: readonly ConsumerName[]
  /** One value. */
  readonly sql: string
  readonly expected: number
}

const money = {
  name: 'money in all purses',
  sql: 'select coalesce(sum(amount), 0)::int from purse',
  expected: moneyInTotal,
} as const

const unexplainedSql = `select count(*)::int from (
  select id, sum(amount) as due
    from (select taker as id, amount from transfer union all select giver, -amount from transfer where giver <> 0) moved
   group by id) account full join purse using (id) where coalesce(due, 0) <> coalesce(purse.amount, 0)`

const disagreeingSql = `select count(*)::int from summary left join person using (id) where summary.name is distinct from person.name`

export const invariants: Readonly<Record<DestinationName, readonly Invariant[]>> = {
  crm: [{ ...money, consumers: ['purse'] }],
  billing: [
    { ...money, consumers: ['billed-purse'] },
    {
      name: 'purses that their transfers do not explain',
      consumers: ['billed-purse', 'billed-transfer'],
      sql: unexplainedSql,
      expected: 0,
    },
    {
      name: 'summaries with another name than the person',
      consumers: ['billed-person', 'summary'],
      sql: disagreeingSql,
      expected: 0,
    },
  ],
}

/** What was seen of an invariant while its consumers stood at an offset. */
export interface Sight {
  reads: number
  /** The first value that was not as expected. */
  wrong: number | undefined
}

/** By offset. Which of the offsets are ends of whole states the event store knows. */
export type Sights = ReadonlyMap<Invariant, ReadonlyMap<number, Sight>>

const answer = z.object({ offsets: z.record(z.string(), z.number()).nullable(), values: z.array(z.number()) })

const restMs = 15

/**
 * Reads a destination again and again until the signal aborts: in one statement, and so of one state, the invariants'
 * values and where each consumer is. The offset moves in the transaction that writes the rows, so a read knows exactly
 * which state it saw; there is no moment in which a status could be out of date.
 */
export async function readUntil(
  signal: AbortSignal,
  database: TestDatabase,
  watched: readonly Invariant[],
  idOf: (consumer: ConsumerName) => string,
): Promise<Sights> {
  const sights = new Map(watched.map((invariant) => [invariant, new Map<number, Sight>()]))
  const sql = `select (select json_object_agg(consumer, "offset") from rejot.consumer_offset) as offsets,
    array[${watched.map((invariant) => `(${invariant.sql})`).join(', ')}] as values`
  let session: SqlSession | undefined
  while (!signal.aborted) {
    try {
      session = session?.isOpen ? session : await database.session()
      const [row] = await session.query(sql)
      const { offsets, values } = answer.parse(row)
      for (const [place, invariant] of watched.entries()) {
        const [offset, ...others] = invariant.consumers.map((name) => offsets?.[idOf(name)])
        if (offset === undefined || others.some((other) => other !== offset)) continue
        note(sights.get(invariant) ?? new Map(), offset, values[place] ?? Number.NaN, invariant.expected)
      }
      await pause(restMs)
    } catch (error) {
      if (error instanceof z.ZodError) throw error
      // The server is away, or the engine has not been there yet.
      await pause(50)
    }
  }
  await session?.close()
  return sights
}

function note(seen: Map<number, Sight>, offset: number, value: number, expected: number): void {
  const sight = seen.get(offset) ?? { reads: 0, wrong: undefined }
  sight.reads += 1
  if (value !== expected) sight.wrong ??= value
  seen.set(offset, sight)
}
