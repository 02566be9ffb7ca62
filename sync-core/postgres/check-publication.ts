import { FailureError } from '../domain/failure.ts'
import type { SourceTable } from './describe-table.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

const publicationSql = `
select concat_ws(', ', case when not pubinsert then 'insert' end, case when not pubupdate then 'update' end,
         case when not pubdelete then 'delete' end, case when not pubtruncate then 'truncate' end),
       pubviaroot::text
  from pg_publication where pubname = $1`

/** Through JSON, because a server before 15 has neither lists of columns nor conditions, nor fields for them. */
const narrowedSql = `
select r.prrelid::int8, (to_jsonb(r) ->> 'prqual' is not null)::text,
       (select json_agg(a.attname) from pg_attribute a
         where a.attrelid = r.prrelid and to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum))
  from pg_publication p join pg_publication_rel r on r.prpubid = p.oid
 where p.pubname = $1`

/**
 * Looks whether a publication that somebody else made lets every change of the tables through. What it holds back
 * would be missing at every destination, and nothing would say so. A list of columns may be short: rows are asked for
 * again, so it is enough when it names them. Throws a FailureError with the statement that cures it.
 */
export async function checkPublication(session: Session, name: string, tables: readonly SourceTable[]): Promise<void> {
  const alter = `ALTER PUBLICATION ${quoteIdentifier(name)}`
  const [[heldBack, viaRoot] = []] = await session.rows(publicationSql, [name])
  if (heldBack) {
    const cure = `Run ${alter} SET (publish = 'insert, update, delete, truncate').`
    throw refuse(name, `it leaves out ${heldBack}`, cure)
  }
  const partitioned = tables.find((table) => table.partitioned)
  if (viaRoot === 'false' && partitioned !== undefined) {
    const cure = `Run ${alter} SET (publish_via_partition_root = true).`
    throw refuse(name, `it publishes the partitions of ${partitioned.quoted} in place of the table`, cure)
  }
  for (const [oid, filtered, columns] of await session.rows(narrowedSql, [name])) {
    const table = tables.find((one) => one.oid === Number(oid))
    if (table === undefined) continue
    const whole = `Run ${alter} DROP TABLE ${table.quoted}, then ${alter} ADD TABLE ${table.quoted}.`
    if (filtered === 'true') throw refuse(name, `it leaves out rows of ${table.quoted}`, whole)
    const listed: unknown = columns == null ? table.identity : JSON.parse(columns)
    const missing = table.identity.find((column) => !Array.isArray(listed) || !listed.includes(column))
    if (missing !== undefined) {
      throw refuse(name, `it leaves out the column "${missing}", which names the rows of ${table.quoted}`, whole)
    }
  }
}

function refuse(name: string, state: string, solution: string): FailureError {
  const message = `Cannot use the publication ${name}: ${state}`
  return new FailureError({ kind: 'publication', policy: 'halt', object: name, message, solution })
}
