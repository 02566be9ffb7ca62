import { parseArgs } from 'node:util'
import type { EventFilter, EventReader, EventRow } from '../../domain/event-reader.ts'
import { systemClock } from '../../replication/system-clock.ts'
import { chooseStateFolder } from '../choose-state-folder.ts'
import { wholeNumber } from '../engine-options.ts'
import { eventHead, eventJson, eventText } from '../event-line.ts'
import { eventsAfter, headOf, newestEvents } from '../find-events.ts'
import type { CommandIo } from '../io.ts'
import { stopSignal } from '../stop-signal.ts'
import { UsageError } from '../usage-error.ts'

const shownEvents = 50
const lookEveryMs = 250

const options = {
  state: { type: 'string' },
  manifest: { type: 'string' },
  schema: { type: 'string', multiple: true },
  operation: { type: 'string', multiple: true },
  key: { type: 'string' },
  contains: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  limit: { type: 'string' },
  payload: { type: 'boolean' },
  follow: { type: 'boolean', short: 'f' },
  json: { type: 'boolean' },
} as const

/** Prints stored events, the newest last, and with `--follow` those that come. Returns the exit code. */
export async function events(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseArgs({ args: [...args], options })
  const filter = readFilter(values)
  const limit = values.limit === undefined ? shownEvents : wholeNumber('limit', values.limit)
  const stateDir = await chooseStateFolder(values, io)
  const { readStore } = await import('../../read-store.ts')
  const store = readStore(stateDir)
  try {
    const print = printer(store.events, values, io)
    const head = headOf(store.events)
    const found = newestEvents(store.events, filter, limit)
    if (values.json !== true) io.out(eventHead)
    print(found)
    if (values.follow === true) await follow(store.events, { filter, after: head, print, stop: stopSignal() })
    return 0
  } finally {
    store.close()
  }
}

type Values = Readonly<Partial<Record<'key' | 'contains' | 'since' | 'until', string>>> & {
  readonly schema?: readonly string[]
  readonly operation?: readonly string[]
}

function readFilter({ schema, operation, key, contains, since, until }: Values): EventFilter {
  return {
    ...(schema === undefined ? {} : { schemas: schema }),
    ...(operation === undefined ? {} : { operations: operation.map(readOperation) }),
    ...(key === undefined ? {} : { key }),
    ...(contains === undefined ? {} : { text: contains }),
    ...(since === undefined ? {} : { since: readTime('since', since) }),
    ...(until === undefined ? {} : { until: readTime('until', until) }),
  }
}

function readOperation(text: string): EventRow['operation'] {
  if (text === 'insert' || text === 'update' || text === 'delete') return text
  throw new UsageError(`--operation is insert, update or delete, not "${text}"`)
}

function readTime(name: string, text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new UsageError(`--${name} is a time such as 2026-11-21T09:30:00Z, not "${text}"`)
  return time
}

function printer(
  reader: EventReader,
  { json = false, payload = false }: { readonly json?: boolean; readonly payload?: boolean },
  io: CommandIo,
): (rows: readonly EventRow[]) => void {
  const { store } = reader
  return (rows) => {
    for (const row of rows) {
      // Gone meanwhile: history is removed from its old end.
      const text = payload ? (reader.detail(row.offset)?.payload ?? 'null') : undefined
      io.out(json ? eventJson(row, text, store) : eventText(row, text))
    }
  }
}

interface Following {
  readonly filter: EventFilter
  readonly after: number
  readonly print: (rows: readonly EventRow[]) => void
  readonly stop: AbortSignal
}

async function follow(reader: EventReader, { filter, after, print, stop }: Following): Promise<void> {
  let seen = after
  while (!stop.aborted) {
    const found = eventsAfter(reader, filter, seen)
    print(found.rows)
    const more = found.through > seen
    seen = found.through
    if (!more) await systemClock.sleep(lookEveryMs, stop)
  }
}
