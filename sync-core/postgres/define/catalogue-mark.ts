import type { PostgresConnection } from '../../domain/connection.ts'
import { ask } from './ask.ts'

/**
 * What the server's own tables say of changes: each of their rows carries the transaction that wrote it, so a sum over
 * all of them is another once any definition is. A vacuum, an analyze or rows that are written change nothing in it.
 */
export const markSql = `
select md5(concat_ws(' ',
  (select sum(hashtextextended(concat(oid, ' ', xmin), 0)) from pg_class where oid >= 16384 and relkind in ('r', 'p', 'v', 'm', 'f')),
  (select sum(hashtextextended(concat(attrelid, ' ', attnum, ' ', xmin), 0)) from pg_attribute where attrelid >= 16384 and attnum > 0),
  (select sum(hashtextextended(concat(indexrelid, ' ', xmin), 0)) from pg_index where indexrelid >= 16384 and indisunique),
  (select sum(hashtextextended(concat(oid, ' ', xmin), 0)) from pg_constraint where oid >= 16384),
  (select sum(hashtextextended(concat(oid, ' ', xmin), 0)) from pg_proc where oid >= 16384),
  (select sum(hashtextextended(concat(oid, ' ', xmin), 0)) from pg_namespace)))`

/**
 * The present mark of a database's catalogue: equal to that of a catalogue for as long as nothing of it has changed.
 * Far cheaper than reading it again. Throws a FailureError, or the signal's reason.
 */
export async function readCatalogueMark(connection: PostgresConnection, signal?: AbortSignal): Promise<string> {
  return ask(connection, { purpose: 'catalogue', transaction: 'statements', signal }, async (session) => {
    const [[mark] = []] = await session.rows(markSql)
    return mark ?? ''
  })
}
