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

export interface PublicationFault {
  readonly failure: FailureError
  readonly statements: readonly string[]
}

/**
 * Of which tables a publication that somebody else made does not let every change through, by oid, and why. What it
 * holds back would be missing at every destination, and nothing would say so. A list of columns may be short: rows are
 * asked for again, so it is enough when it names them. Each has the statements that cure it.
 */
export async function publicationFaults(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<ReadonlyMap<number, PublicationFault>> {
  const alter = `alter publication ${quoteIdentifier(name)}`
  const faults = new Map<number, PublicationFault>()
  for (const [oid, filtered, columns] of await session.rows(narrowedSql, [name])) {
    const table = tables.find((one) => one.oid === Number(oid))
    if (table === undefined) continue
    const whole = [`${alter} drop table ${table.quoted}`, `${alter} add table ${table.quoted}`]
    const listed: unknown = columns == null ? table.identity : JSON.parse(columns)
    const missing = table.identity.find((column) => !Array.isArray(listed) || !listed.includes(column))
    if (filtered === 'true') faults.set(table.oid, refuse(name, `it leaves out rows of ${table.quoted}`, whole))
    else if (missing !== undefined) {
      const state = `it leaves out the column "${missing}", which names the rows of ${table.quoted}`
      faults.set(table.oid, refuse(name, state, whole))
    }
  }
  const [[heldBack, viaRoot] = []] = await session.rows(publicationSql, [name])
  for (const table of tables) {
    if (heldBack) {
      const cure = [`${alter} set (publish = 'insert, update, delete, truncate')`]
      faults.set(table.oid, refuse(name, `it leaves out ${heldBack}`, cure))
    } else if (viaRoot === 'false' && table.partitioned) {
      const cure = [`${alter} set (publish_via_partition_root = true)`]
      faults.set(table.oid, refuse(name, `it publishes the partitions of ${table.quoted} in place of the table`, cure))
    }
  }
  return faults
}

function refuse(name: string, state: string, statements: readonly string[]): PublicationFault {
  const message = `Cannot use the publication ${name}: ${state}`
  const solution = `Run ${statements.join(', then ')}.`
  const failure = new FailureError({ kind: 'publication', policy: 'halt', object: name, message, solution })
  return { failure, statements }
}
