import type { Database } from 'better-sqlite3'
import type { BehindPosition, PositionQuestion } from '../domain/behind-position.ts'
import { findPosition, missingVersions } from '../domain/find-position.ts'
import { type Offset, toOffset, zeroOffset } from '../domain/offset.ts'
import { versionsId } from '../domain/public-schema.ts'
import { openEndBefore } from './end-before.ts'
import { operationCode } from './operation-code.ts'
import { startSearch } from './search-pace.ts'

interface Backfill {
  readonly source: string
  readonly state: string
  readonly generation: number
  /** Not in files of older versions. */
  readonly followed_from?: number | null
}

type Counts = [events: number, rows: number | null, deletes: number | null]

const countSql = `
  select count(*), sum(l.offset = e.offset), sum(l.offset = e.offset and e.operation = ${operationCode.delete})
  from event e
  cross join latest l on l.schema = e.schema and l.key = e.key
  where e.offset > ? and e.offset <= ? and e.schema = ?`

/**
 * A way to say what a consumer gets that begins behind a position, counted for about `budgetMs`; `undefined` where nothing of
 * its public schema is known. The caller reads one state of the file.
 */
export function openBehindPosition(
  database: Database,
  budgetMs: number,
): (question: PositionQuestion) => BehindPosition | undefined {
  let ask: ReturnType<typeof openQuestion> | undefined
  return (question) => {
    // A store that no engine of this version has opened yet lacks the tables.
    if (
      ask === undefined &&
      database.prepare("select 1 from sqlite_master where name = 'schema_retention'").get() === undefined
    ) {
      return undefined
    }
    ask ??= openQuestion(database, budgetMs)
    return ask(question)
  }
}

function openQuestion(
  database: Database,
  budgetMs: number,
): (question: PositionQuestion) => BehindPosition | undefined {
  const uuidOf = database.prepare<[], string>('select uuid from counter').pluck()
  const idOf = database.prepare<[string], number>('select id from name where name = ?').pluck()
  const backfillOf = database.prepare<[string], Backfill>('select * from backfill where schema = ?')
  const headOf = database
    .prepare<[number], number | null>('select max(last_offset) from epoch where source = ?')
    .pluck()
  const completeFromOf = database
    .prepare<[number], number>('select complete_from from schema_retention where schema = ?')
    .pluck()
  const counted = database.prepare<[number, number, number], Counts>(countSql).raw()
  const endBefore = openEndBefore(database)

  const count = (schema: number, after: Offset, head: Offset) => {
    const pace = startSearch(512, budgetMs)
    const sum = { events: 0, rows: 0, deletes: 0 }
    let looked: number = after
    while (looked < head && !pace.over) {
      const to = Math.min(looked + pace.step, head)
      const [events, rows, deletes] = counted.get(looked, to, schema) ?? [0, 0, 0]
      sum.events += events
      sum.rows += rows ?? 0
      sum.deletes += deletes ?? 0
      looked = to
      pace.stepped()
    }
    return { ...sum, more: looked < head }
  }

  return ({ schema, everyVersion = false, position, now }) => {
    const store = uuidOf.get()
    const copied = backfillOf.get(schema)
    if (store === undefined || copied === undefined) return undefined
    const taken = everyVersion ? versionsId(schema) : schema
    const [source = 0, id = 0] = [idOf.get(copied.source), idOf.get(taken)]
    const head = toOffset(headOf.get(source) ?? zeroOffset)
    const meant = 'after' in position && position.store === '' ? { ...position, store } : position
    const found = findPosition(meant, { store, head, now, offsetBefore: (at) => endBefore(source, at) })
    const completeFrom = toOffset(completeFromOf.get(id) ?? zeroOffset)
    const followed = backfillOf.get(taken)?.followed_from ?? undefined
    const log = { completeFrom, followedFrom: followed === undefined ? undefined : toOffset(followed) }
    const { offset } = found
    const missing = everyVersion && offset !== undefined ? missingVersions(offset, log) : undefined
    const why = found.offset === undefined ? found : missing
    return {
      store,
      offset,
      problem: why === undefined ? undefined : { message: why.message, solution: why.solution },
      ...(offset === undefined ? { events: 0, rows: 0, deletes: 0, more: false } : count(id, offset, head)),
      deletesFrom: offset !== undefined && offset < completeFrom && !everyVersion ? completeFrom : undefined,
      copies: copied.state === 'running' && copied.generation === 1,
    }
  }
}
