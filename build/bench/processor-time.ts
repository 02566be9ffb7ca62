import { readFileSync } from 'node:fs'
import type { TestDatabase } from '../../sync-core/testing/test-database.ts'
import type { Contender } from './contender.ts'

/** Seconds of processor time, by who spent them. */
export interface ProcessorTime {
  /** The engine's own process. */
  readonly engine: number
  /** The source's walsenders, which decode the log. */
  readonly walsender: number
  /** The engine's sessions at the source, which run the public schema's SQL. */
  readonly queries: number
  /** At the destinations: the engine's sessions, or the subscriptions' workers. */
  readonly apply: number
}

type Spender = keyof ProcessorTime

/** How often processes are looked for that end before the measurement does, such as the workers of a first copy. */
const lookEveryMs = 250
/** Linux counts in these, whatever the machine. */
const ticksPerSecond = 100

// A contender's databases are its own, so whoever works on them works for it; except us, whom neither name describes.
const sessionsSql = `
  select pid,
         case when backend_type = 'walsender' then 'walsender'
              when backend_type like 'logical replication%' then 'apply'
              when application_name like 'ReJot %' then 'session' end as role
    from pg_stat_activity where datname = current_database()`

/**
 * Begins to count what a contender spends. Wall time moves with the machine's other work; this hardly does, and says
 * where it goes. What a process spends between the last look at it and its end is missed. `undefined` without /proc.
 */
export async function countProcessorTime(contender: Contender): Promise<{ end(): Promise<ProcessorTime | undefined> }> {
  const seen = new Map<number, { readonly spender: Spender; readonly atFirst: number; atLast: number }>()
  let isFirst = true
  const note = (pid: number, spender: Spender): void => {
    const spent = processorSeconds(pid)
    if (spent === undefined) return
    const known = seen.get(pid)
    // Who was not there at the beginning has spent all that it has spent since.
    if (known === undefined) seen.set(pid, { spender, atFirst: isFirst ? spent : 0, atLast: spent })
    else known.atLast = spent
  }
  const lookAt = async (database: TestDatabase, sessionsAre: Spender): Promise<void> => {
    for (const { pid, role } of await database.query(sessionsSql)) {
      const spender = role === 'session' ? sessionsAre : role
      if (spender === 'walsender' || spender === 'apply' || spender === 'queries') note(Number(pid), spender)
    }
  }
  const look = async (): Promise<void> => {
    const pid = contender.enginePid()
    if (pid !== undefined) note(pid, 'engine')
    await Promise.all([
      lookAt(contender.source, 'queries'),
      ...contender.destinations.map((destination) => lookAt(destination, 'apply')),
    ])
  }
  await look()
  isFirst = false
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    looking = looking.then(look).catch(() => undefined)
  }, lookEveryMs)
  return {
    async end() {
      clearInterval(timer)
      await looking
      await look()
      const sum = { engine: 0, walsender: 0, queries: 0, apply: 0 }
      for (const { spender, atFirst, atLast } of seen.values()) sum[spender] += atLast - atFirst
      return seen.size === 0 ? undefined : sum
    },
  }
}

/** Highest resident memory of a process since it began, in bytes; `undefined` without /proc. */
export function peakMemoryBytes(pid: number | undefined): number | undefined {
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readProc(`/proc/${pid}/status`))?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

function processorSeconds(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  // The command stands in brackets and may hold anything; of what follows, the 12th and 13th are user and system time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return Number.isFinite(ticks) ? ticks / ticksPerSecond : undefined
}

/** Nothing for a process that is gone, and where there is no such file system. */
function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
