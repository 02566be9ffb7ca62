import type { Connection } from '../domain/connection.ts'
import type { Destination, DestinationTransaction, EventToApply, Refusal } from '../domain/destination.ts'
import { FailureError } from '../domain/failure.ts'
import type { Offset } from '../domain/offset.ts'
import type { SqlAnalyst } from '../domain/sql-analyst.ts'
import { type ApplyFunctions, createApplyFunctions } from './apply-functions.ts'
import { classifyFailure, failingAs } from './classify-failure.ts'
import {
  ensureOffsetTable,
  lockFunctionSql,
  lockSql,
  movedSqlstate,
  moveSql,
  readOffsets,
  readReleased,
  readWriter,
  restartConsumer,
  takeOverRow,
} from './consumer-offsets.ts'
import { quoteLiteral } from './quote.ts'
import { openSession, type Session } from './session.ts'

export interface PostgresDestinationDeps {
  readonly connection: Connection
  readonly analyst: SqlAnalyst
  /** Of `SessionOptions`. */
  readonly patienceMs?: number | undefined
}

/**
 * Rows are visible at once and on the destination's disk a moment later. A destination that crashes in between loses
 * the rows together with the offset, which it then says at the next connection, and the event store has the rest.
 */
const applySettings = { synchronous_commit: 'off' }

/** A Postgres database as a destination: one connection for each `connect`. */
export function createPostgresDestination({ connection, analyst, patienceMs }: PostgresDestinationDeps): Destination {
  const object = connection.slug
  return {
    async connect() {
      const session = await openSession(connection, { purpose: 'apply', settings: applySettings, patienceMs })
      const functions = new Map<string, ApplyFunctions>()
      // One number for each, also when it is prepared again: with another's it would run another's SQL.
      const numbers = new Map<string, number>()
      const notNew = new Set<string>()
      try {
        await ensureOffsetTable(session, object)
        await session.script(lockFunctionSql)
        const [[version] = []] = await session.rows(`select current_setting('server_version')`)
        return {
          serverVersion: (version ?? '').split(' ')[0] ?? '',
          failed: session.failed,
          async prepare(consumer) {
            const number = numbers.get(consumer.consumer) ?? numbers.size
            numbers.set(consumer.consumer, number)
            const made = failingAs(consumer.consumer, createApplyFunctions(session, analyst, consumer, number))
            functions.set(consumer.consumer, await made)
          },
          restart: (consumer, store, tell) => failingAs(object, restartConsumer(session, consumer, store, tell)),
          writer: (consumer) => failingAs(object, readWriter(session, consumer)),
          takeOver: (consumer, from, to) => failingAs(object, takeOverRow(session, { consumer, from, to })),
          offsets: (consumers, storeUuid, start) =>
            failingAs(object, readOffsets(session, consumers, storeUuid, start)),
          deletesLast: (consumer) => functions.get(consumer)?.deletes.last ?? false,
          released: (consumers) => failingAs(object, readReleased(session, consumers)),
          begin: async (consumers, from) => transaction({ session, functions, notNew, consumers, from, object }),
          close: () => session.close(),
        }
      } catch (error) {
        await session.close()
        throw new FailureError(classifyFailure(error, object), error)
      }
    },
  }
}

interface TransactionParts {
  readonly session: Session
  readonly functions: ReadonlyMap<string, ApplyFunctions>
  /** Consumers whose new rows were there already once: not tried again for as long as the session lasts. */
  readonly notNew: Set<string>
  readonly consumers: readonly string[]
  readonly from: Offset
  readonly object: string
}

/**
 * Its statements are sent one behind the other, so that a small epoch takes one round trip from its beginning to its
 * commit, and one write, since what is asked in one turn of the loop goes out together. One that fails makes all behind
 * it fail, the commit included; the first failure is the one that is thrown, at the latest by `commit`.
 */
function transaction({
  session,
  functions,
  notNew,
  consumers,
  from,
  object,
}: TransactionParts): DestinationTransaction {
  let sent = failingAs(object, session.script(`begin; ${lockSql(consumers, from)}`)).then(
    () => undefined,
    (error: unknown) => {
      throw isMoved(error) ? movedByAnother(object) : error
    },
  )
  sent.catch(() => {})
  /** Remembers what was sent last; whoever waits for it waits for all before it. */
  const behind = (consumer: string, answer: Promise<unknown>): void => {
    const own = failingAs(consumer, answer)
    own.catch(() => {})
    sent = sent.then(async () => void (await own))
    sent.catch(() => {})
  }
  let page: Promise<void> | undefined
  const functionsOf = (consumer: string): ApplyFunctions => {
    const found = functions.get(consumer)
    if (found === undefined) throw new Error(`Cannot apply events of ${consumer}: it was not prepared`)
    return found
  }
  const upsert = async (consumer: string, name: string, events: readonly EventToApply[]): Promise<void> => {
    const areNew = !notNew.has(consumer) && events.every((event) => event.operation === 'insert')
    const [row] = await session.rows(`select ${name}($1, $2)`, [payloadsJson(events), String(areNew)], name)
    if (row?.[0] === 'f') notNew.add(consumer)
  }
  const applyOneByOne: DestinationTransaction['applyOneByOne'] = async (consumer, events) => {
    const { oneByOne } = functionsOf(consumer)
    await sent
    // A constraint that waited for the end could not be laid to the row that broke it.
    await failingAs(consumer, session.script('set constraints all immediate'))
    const [row] = await failingAs(consumer, session.rows(`select ${oneByOne}($1)`, [oneByOneJson(events)], oneByOne))
    return readRefusals(row?.[0] ?? '[]', events, consumer)
  }
  return {
    async apply(consumer, events) {
      const { together, upsertsTogether } = functionsOf(consumer)
      const upsertsOnly = upsertsTogether !== undefined && events.every((event) => event.operation !== 'delete')
      behind(
        consumer,
        upsertsOnly
          ? upsert(consumer, upsertsTogether, events)
          : session.rows(`select ${together}($1)`, [togetherJson(events)], together),
      )
      // Only the page before is waited for: one is under way while the next is made.
      const before = page
      page = sent
      await before
    },
    applyOneByOne,
    async replaceTogether(consumer, events) {
      await sent
      const { together, deletes } = functionsOf(consumer)
      const atOnce = `set constraints all deferred; select ${together}(${quoteLiteral(togetherJson(events))}); set constraints all immediate`
      if (await inSavepoint(session, consumer, () => session.script(atOnce).then(() => true))) {
        return events.map((event) => event.offset)
      }
      // Who is refused without the others' help keeps its row, and so may refuse others in turn.
      for (let left = deletes.replaceable ? events : []; left.length > 0; ) {
        const refused = new Set<Offset>()
        const replace = async (): Promise<boolean> => {
          const removals = left.map((event) => ({ ...event, operation: 'delete' as const }))
          for (const { offset } of await applyOneByOne(consumer, removals)) refused.add(offset)
          for (const { offset } of await applyOneByOne(consumer, left)) refused.add(offset)
          return refused.size === 0
        }
        if (await inSavepoint(session, consumer, replace)) return left.map((event) => event.offset)
        left = left.filter((event) => !refused.has(event.offset))
      }
      return []
    },
    async commit(to, released = new Map()) {
      const move = moveSql(consumers, to, released)
      // The event store forgets what was held once it is told; a crash of the destination must not bring that back.
      const wait = released.size === 0 ? '' : 'set local synchronous_commit = on;'
      behind(consumers.join(', '), session.script(`${wait}${move}; set constraints all immediate; commit`))
      await sent
    },
    async rollback() {
      await failingAs(object, session.script('rollback'))
    },
  }
}

/** Keeps what was done when it went well, and else takes it back; a refused row is no error here. */
async function inSavepoint(session: Session, consumer: string, work: () => Promise<boolean>): Promise<boolean> {
  await failingAs(consumer, session.script('savepoint __rejot_together'))
  let kept = false
  try {
    kept = await failingAs(consumer, work())
  } catch (error) {
    if (!(error instanceof FailureError) || error.failure.policy !== 'dead-letter') throw error
  }
  const end = kept ? 'release' : 'rollback to __rejot_together; release'
  await failingAs(consumer, session.script(`${end} __rejot_together`))
  return kept
}

function payloadsJson(events: readonly EventToApply[]): string {
  return `[${events.map((event) => event.payload).join(',')}]`
}

/** The payloads as one JSON array; each gets a member in front, and is not parsed for it. */
function togetherJson(events: readonly EventToApply[]): string {
  let json = '['
  for (const event of events) {
    json += `${json.length > 1 ? ',' : ''}{"__rejot_op":"${event.operation}",${event.payload.slice(1)}`
  }
  return `${json}]`
}

/** With each event's place, and the place of the one before it of the same key. */
export function oneByOneJson(events: readonly EventToApply[]): string {
  const placeOf = new Map<string, number>()
  const members = events.map(({ operation, key, payload }, place) => {
    const behind = placeOf.get(key) ?? null
    placeOf.set(key, place)
    return `{"__rejot_op":"${operation}","__rejot_place":${place},"__rejot_behind":${behind},${payload.slice(1)}`
  })
  return `[${members.join(',')}]`
}

interface RefusedRow {
  readonly place: number
  readonly sqlstate?: string
  readonly message?: string
  readonly detail?: string | null
  readonly constraint?: string | null
}

/** An entry without a SQLSTATE was not tried: an earlier event of its key had been refused. */
export function readRefusals(json: string, events: readonly EventToApply[], consumer: string): readonly Refusal[] {
  const rows = JSON.parse(json) as readonly RefusedRow[]
  return rows.flatMap((row) => {
    const event = events[row.place]
    if (event === undefined) return []
    const error = { code: row.sqlstate ?? '23000', message: row.message ?? '' }
    return [
      {
        offset: event.offset,
        operation: event.operation,
        key: event.key,
        failure: classifyFailure(error, consumer),
        waitsBehind: row.sqlstate === undefined,
        constraint: row.constraint ?? undefined,
        detail: row.detail ?? undefined,
        serverMessage: row.message ?? '',
      },
    ]
  })
}

function isMoved(error: unknown): boolean {
  return error instanceof FailureError && (error.cause as { code?: unknown } | undefined)?.code === movedSqlstate
}

function movedByAnother(object: string): FailureError {
  return new FailureError({
    kind: 'state-in-use',
    policy: 'retry',
    object,
    message: `Cannot write into ${object}: another engine has moved its consumers' offsets`,
    solution: 'Stop the other engine; this one reads the offsets again.',
  })
}
