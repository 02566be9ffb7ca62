import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { z } from 'zod'
import type { PositionQuestion } from '../domain/behind-position.ts'
import type { KnownState, Positions } from '../domain/start-plan.ts'
import { openBehindPosition } from './behind-position.ts'
import { storePath } from './store-connection.ts'
import { toStoreFailure } from './store-failure.ts'

const sourceRows = z.array(z.object({ source: z.string() }))
const backfillRows = z.array(
  z.object({
    schema: z.string(),
    source: z.string(),
    definition_hash: z.string(),
    state: z.enum(['running', 'done', 'skipped']),
    /** Not in files of older versions. */
    key: z.string().nullish(),
  }),
)
const consumerRows = z.array(z.object({ consumer: z.string(), paused: z.number() }))

/**
 * What a state folder knows of former runs, read beside its engine or without one; nothing where there was none yet.
 * Throws a FailureError of kind `store` when its file cannot be read.
 */
export function readKnownState(stateDir: string): KnownState {
  return reading(stateDir, { sources: [], backfills: [], consumers: [] }, (database) => {
    const all = (sql: string): unknown => database.prepare(sql).all()
    return {
      sources: sourceRows.parse(all('select source from source order by source')).map(({ source }) => source),
      backfills: backfillRows
        .parse(all('select * from backfill order by schema'))
        .map(({ schema, source, state, definition_hash: definitionHash, key }) => ({
          ...{ schema, source, state, definitionHash },
          ...(key == null ? {} : { key: z.array(z.string()).parse(JSON.parse(key)) }),
        })),
      consumers: consumerRows
        .parse(all('select consumer, paused from consumer order by consumer'))
        .map(({ consumer, paused }) => ({ consumer, paused: paused !== 0 })),
    }
  })
}

/** A second at most for each. */
const countMs = 1_000

/** What consumers would get that begin behind positions, by the same names; without those of whose public schema nothing is known. Throws likewise. */
export function readPositions(stateDir: string, questions: ReadonlyMap<string, PositionQuestion>): Positions {
  if (questions.size === 0) return new Map()
  return reading(stateDir, new Map(), (database) => {
    const behind = openBehindPosition(database, countMs)
    return new Map(
      [...questions].flatMap(([id, question]) => {
        const answer = behind(question)
        return answer === undefined ? [] : [[id, answer]]
      }),
    )
  })
}

/** One state of the file for all that is asked; `nothing` where there is none. */
function reading<Result>(stateDir: string, nothing: Result, ask: (database: Database.Database) => Result): Result {
  const path = storePath(stateDir)
  if (!existsSync(path)) return nothing
  let database: Database.Database | undefined
  try {
    const opened = new Database(path, { readonly: true, fileMustExist: true, timeout: 1_000 })
    database = opened
    return opened.transaction(() => ask(opened))()
  } catch (error) {
    throw toStoreFailure(error, database === undefined ? 'open' : 'read')
  } finally {
    database?.close()
  }
}
