import { FailureError } from '../domain/failure.ts'
import { checkPublication } from './check-publication.ts'
import type { SourceTable } from './describe-table.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

export interface PublicationChange {
  /** Takes back what was made. */
  undo(): Promise<void>
  /**
   * `undefined`, or a transaction id: before every transaction that ran when tables joined an existing publication has
   * ended, the rows that those had written already are in neither the stream nor a snapshot.
   */
  readonly settledFromXid: bigint | undefined
}

/**
 * Makes the publication, or adds the tables that it lacks; takes none out, since others may use it. One that holds
 * changes back is refused. The lock of ALTER
 * PUBLICATION is waited for at most 2 s: an application must not queue behind us.
 */
export async function ensurePublication(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<PublicationChange> {
  const publication = quoteIdentifier(name)
  const [existing] = await session.rows('select puballtables::text from pg_publication where pubname = $1', [name])
  if (existing === undefined) {
    const list = tables.length === 0 ? '' : `for table ${tables.map((table) => table.quoted).join(', ')}`
    await run(session, `create publication ${publication} ${list} with (publish_via_partition_root = true)`, name)
    return {
      undo: async () => {
        await session.rows(`drop publication if exists ${publication}`)
      },
      settledFromXid: undefined,
    }
  }
  await checkPublication(session, name, tables)
  const missing = existing[0] === 'true' ? [] : await tablesNotIn(session, name, tables)
  if (missing.length === 0) return { undo: async () => {}, settledFromXid: undefined }
  const list = missing.map((table) => table.quoted).join(', ')
  await run(session, `alter publication ${publication} add table ${list}`, name)
  const [row] = await session.rows('select pg_snapshot_xmax(pg_current_snapshot())::text')
  return {
    undo: async () => {
      await session.rows(`alter publication ${publication} drop table ${list}`)
    },
    settledFromXid: BigInt(row?.[0] ?? '0'),
  }
}

async function tablesNotIn(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<readonly SourceTable[]> {
  const rows = await session.rows(
    `select prrelid::int8 from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where p.pubname = $1`,
    [name],
  )
  const published = new Set(rows.map(([oid]) => Number(oid)))
  return tables.filter((table) => !published.has(table.oid))
}

async function run(session: Session, statement: string, name: string): Promise<void> {
  try {
    await session.script(`begin; set local lock_timeout = '2s'; ${statement}; commit`)
  } catch (error) {
    await session.script('rollback')
    if ((error as { code?: string }).code !== '42501') throw error
    throw new FailureError(
      {
        kind: 'permission',
        policy: 'halt',
        object: name,
        message: `Cannot create the publication ${name}: the role does not own the tables or may not create in this database`,
        solution: `Let the owner of the tables run: ${statement};`,
        sqlstate: '42501',
      },
      error,
    )
  }
}
