import type { Database } from 'better-sqlite3'
import type { HistoryStart } from '../domain/event-reader.ts'

const allSql = 'select max(complete_from) from schema_retention'
const someSql = `${allSql} where schema in (select value from json_each(?))`
const receivedSql = 'select received_at from epoch where last_offset > ? order by last_offset limit 1'

/** A way to say where the history of some public schemas, or of all, begins; `undefined` while nothing has been removed. */
export function openHistoryStart(
  database: Database,
): (schemas: readonly number[] | undefined) => HistoryStart | undefined {
  // A store that no engine of this version has opened yet.
  if (database.prepare("select 1 from sqlite_master where name = 'schema_retention'").get() === undefined) {
    return () => undefined
  }
  const ofAll = database.prepare<[], number | null>(allSql).pluck()
  const ofSome = database.prepare<[string], number | null>(someSql).pluck()
  const received = database.prepare<[number], number>(receivedSql).pluck()
  return (schemas) => {
    const last = schemas === undefined ? ofAll.get() : ofSome.get(JSON.stringify(schemas))
    return last == null ? undefined : { offset: last + 1, receivedAt: received.get(last) }
  }
}
