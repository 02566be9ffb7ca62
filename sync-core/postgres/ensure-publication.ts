import { FailureError } from '../domain/failure.ts'
import { publicationFaults } from './check-publication.ts'
import { classifyFailure } from './classify-failure.ts'
import type { SourceTable } from './describe-table.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/** What a publication lets through. */
export interface PublicationFacts {
  /** Tables whose changes do not all come through it, by oid, and why. */
  readonly refused: ReadonlyMap<number, FailureError>
  /**
   * For each table, by oid, what names its place in the publication: another one means that it was out of it for a
   * while, and that changes are missing.
   */
  readonly places: ReadonlyMap<number, string>
}

/**
 * Makes the publication, or adds the tables that it lacks; takes none out, since others may use it. The lock of ALTER
 * PUBLICATION is waited for at most 2 s: an application must not queue behind us. Throws a FailureError when it cannot
 * be made; a table that cannot be added is refused alone.
 */
export async function ensurePublication(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<PublicationFacts & { undo(): Promise<void> }> {
  const added: SourceTable[] = []
  const failed = new Map<number, FailureError>()
  const publication = quoteIdentifier(name)
  const made = (await session.rows('select from pg_publication where pubname = $1', [name])).length === 0
  if (made) {
    await run(session, createPublicationSql(name, tables), name)
  }
  for (const table of await tablesNotIn(session, name, tables)) {
    try {
      await run(session, addTableSql(name, table), name)
      added.push(table)
    } catch (error) {
      const failure = classifyFailure(error, name)
      // A right that is missing is said by `inspectPublication`, with the statement for whoever has it.
      if (failure.kind !== 'permission') failed.set(table.oid, new FailureError(failure, error))
    }
  }
  const { places, refused } = await inspectPublication(session, name, tables)
  return {
    places,
    refused: new Map([...refused, ...failed]),
    async undo() {
      if (made) await session.rows(`drop publication if exists ${publication}`)
      else for (const table of added) await session.rows(`alter publication ${publication} drop table ${table.quoted}`)
    },
  }
}

/** Looks, and changes nothing. */
export async function inspectPublication(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<PublicationFacts> {
  const faults = await publicationFaults(session, name, tables)
  const refused = new Map([...faults].map(([oid, { failure }]) => [oid, failure]))
  for (const table of await tablesNotIn(session, name, tables)) refused.set(table.oid, notIn(name, table))
  return { places: await placesIn(session, name), refused }
}

export async function tablesNotIn(
  session: Session,
  name: string,
  tables: readonly SourceTable[],
): Promise<readonly SourceTable[]> {
  const [row] = await session.rows('select puballtables::text from pg_publication where pubname = $1', [name])
  if (row?.[0] === 'true') return []
  const places = await placesIn(session, name)
  return tables.filter((table) => [table, ...table.heirs].some(({ oid }) => !places.has(oid)))
}

async function placesIn(session: Session, name: string): Promise<ReadonlyMap<number, string>> {
  const rows = await session.rows(
    `select r.prrelid::int8, r.oid::int8 from pg_publication_rel r join pg_publication p on p.oid = r.prpubid where p.pubname = $1`,
    [name],
  )
  return new Map(rows.map(([table, place]) => [Number(table), place ?? '']))
}

export function createPublicationSql(name: string, tables: readonly Pick<SourceTable, 'quoted'>[]): string {
  const list = tables.length === 0 ? '' : ` for table ${tables.map((table) => table.quoted).join(', ')}`
  return `create publication ${quoteIdentifier(name)}${list} with (publish_via_partition_root = true)`
}

export function addTableSql(name: string, table: Pick<SourceTable, 'quoted'>): string {
  return `alter publication ${quoteIdentifier(name)} add table ${table.quoted}`
}

function notIn(name: string, table: SourceTable): FailureError {
  return new FailureError({
    kind: 'permission',
    policy: 'halt',
    object: name,
    message: `Cannot follow ${table.quoted}: the publication ${name} does not hold it`,
    solution: `Let the owner of the table run: ${addTableSql(name, table)};`,
  })
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
