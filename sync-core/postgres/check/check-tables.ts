import type { Finding, Fix } from '../../domain/connection-check.ts'
import { FailureError } from '../../domain/failure.ts'
import { describeTable, type SourceTable } from '../describe-table.ts'
import { grantSql } from '../missing-right.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { type FoundTable, listed, readTables, type TableFacts } from './table-facts.ts'

/**
 * Whether the role may read the tables. Named ones must be readable, all of them; where none is named, it is told how
 * many of the database's are, since nobody knows yet which will be wanted.
 */
export async function askSelect(context: PostgresCheckContext): Promise<Finding> {
  const { reads, looksInto = [] } = context.request
  const tables = [...(await context.tables()), ...(await readTables(context.session(), looksInto))]
  const { role } = await context.facts()
  const missing = tables.filter(({ found }) => found === undefined).map(({ asked }) => asked)
  const found = [...new Map(foundIn(tables).map((table) => [table.oid, table])).values()]
  const refused = found.filter((table) => !readable(table))
  const hiding = found.filter((table) => readable(table) && table.hidesRows)
  const evidence = [
    { label: 'Tables', value: String(found.length + missing.length) },
    ...(missing.length > 0 ? [{ label: 'Missing', value: listed(missing, 20) }] : []),
    ...(refused.length > 0 ? [{ label: 'Not readable', value: listed(shownNames(refused), 20) }] : []),
    ...(hiding.length > 0 ? [{ label: 'Row security', value: listed(shownNames(hiding), 20) }] : []),
  ]
  const named = reads !== undefined
  const failed = named ? 'failed' : 'warning'
  if (missing.length > 0) {
    return {
      state: 'failed',
      sentence: `There is no table ${listed(missing)}`,
      solution: 'Create it, or correct its name; a name with capitals needs quotes.',
      evidence,
    }
  }
  if (refused.length > 0) {
    return {
      state: found.length === refused.length ? 'failed' : failed,
      sentence: `${role} may not read ${refused.length} of ${found.length} tables: ${listed(shownNames(refused))}`,
      solution: named ? 'Let the owner grant it.' : 'Let the owner grant it where their rows are wanted.',
      evidence,
      fix: grantFix(refused, (table) => readGrants(table, role)),
    }
  }
  if (hiding.length > 0) {
    const fix: Fix = {
      statements: [`alter role ${quoteIdentifier(role)} bypassrls`],
      mayRun: false,
      by: 'a superuser',
      restart: false,
    }
    return {
      state: failed,
      sentence: `Row security hides rows of ${listed(shownNames(hiding))} from ${role}`,
      solution: 'Hidden rows would look deleted. Let the role see them all, or publish other tables.',
      evidence,
      fix,
    }
  }
  if (found.length === 0) {
    return {
      state: 'warning',
      sentence: 'The database has no table yet',
      solution: 'Create one, then publish it.',
      evidence,
    }
  }
  const schemas = [...new Set(found.map(({ schema }) => schema))]
  return {
    state: 'passed',
    sentence: `${found.length} of ${found.length} tables in ${listed(schemas)}`,
    evidence,
  }
}

/** Publishing a table whose rows have no name makes the application's own UPDATE and DELETE fail. */
export async function askReplicaIdentity(
  context: PostgresCheckContext,
  progress: (sentence: string) => void,
): Promise<Finding> {
  const tables = foundIn(await context.tables()).filter(({ mayUseSchema }) => mayUseSchema)
  const session = context.session()
  const faults: { readonly table: FoundTable; readonly failure: FailureError['failure'] }[] = []
  for (let start = 0; start < tables.length; start += atOnce) {
    const some = tables.slice(start, start + atOnce)
    progress(`${start} of ${tables.length} tables, now ${some[0]?.shown}`)
    const described = await Promise.all(some.map((table) => tryDescribe(session, table)))
    for (const [place, table] of some.entries()) {
      const failure = described[place]
      if (failure instanceof FailureError) faults.push({ table, failure: failure.failure })
    }
  }
  if (tables.length === 0) return { state: 'skipped', sentence: 'There is no table to look at', evidence: [] }
  const evidence = faults
    .slice(0, 20)
    .map(({ table, failure }) => ({ label: table.shown, value: stateOf(failure.message) }))
  if (faults.length === 0) {
    return { state: 'passed', sentence: `All ${tables.length} tables can name their rows`, evidence }
  }
  const without = faults.filter(({ failure }) => failure.kind === 'replica-identity').map(({ table }) => table)
  const names = shownNames(faults.map(({ table }) => table))
  return {
    state: context.request.reads === undefined ? 'warning' : 'failed',
    sentence: `${faults.length} of ${tables.length} tables cannot be followed: ${listed(names)}`,
    solution:
      'Best give them a primary key. The SQL names their rows by a unique index, or by all columns, which makes the WAL of updates larger.',
    evidence,
    ...(without.length === 0 ? {} : { fix: await identityFix(session, without) }),
  }
}

/** Asked in one go. */
const atOnce = 200

/** The engine's own look at a table before it publishes it. */
export async function tryDescribe(session: Session, table: FoundTable): Promise<SourceTable | FailureError> {
  try {
    return await describeTable(session, table.quoted, table.shown)
  } catch (error) {
    if (error instanceof FailureError) return error
    throw error
  }
}

/** A unique index over columns that are never null names rows as well as a primary key. */
const candidateSql = `
select distinct on (i.indrelid) i.indrelid::int8, c.relname
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where i.indrelid = any ($1::oid[]) and i.indisunique and i.indisvalid and i.indimmediate
   and i.indpred is null and i.indexprs is null
   and not exists (select from unnest(i.indkey) with ordinality k(attnum, place)
                     join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                    where k.place <= i.indnkeyatts and not a.attnotnull)
 order by i.indrelid, i.indnkeyatts, c.relname`

async function identityFix(session: Session, tables: readonly FoundTable[]): Promise<Fix> {
  const rows = await session.rows(candidateSql, [`{${tables.map(({ oid }) => oid).join()}}`])
  const indexOf = new Map(rows.map(([oid, index]) => [Number(oid), index ?? '']))
  return grantFix(tables, ({ oid, quoted }) => {
    const index = indexOf.get(oid)
    const identity = index === undefined ? 'full' : `using index ${quoteIdentifier(index)}`
    return [`alter table ${quoted} replica identity ${identity}`]
  })
}

/** What the owners of tables run. */
export function grantFix(tables: readonly FoundTable[], statements: (table: FoundTable) => readonly string[]): Fix {
  const owners = [...new Set(tables.map(({ owner }) => owner))]
  return {
    statements: [...new Set(tables.flatMap(statements))],
    mayRun: tables.every(({ isOurs }) => isOurs),
    by: `${listed(owners)}, who ${owners.length === 1 ? 'owns' : 'own'} ${tables.length === 1 ? 'the table' : 'the tables'}`,
    restart: false,
  }
}

function readGrants({ schema, quoted, mayUseSchema, maySelect }: FoundTable, role: string): readonly string[] {
  return [
    ...(mayUseSchema ? [] : [grantSql(`usage on schema ${quoteIdentifier(schema)}`, role)]),
    ...(maySelect ? [] : [grantSql(`select on ${quoted}`, role)]),
  ]
}

/** Rights on some columns may be all that the SQL needs: its own preparation will say. */
function readable({ mayUseSchema, maySelect, maySelectSome }: FoundTable): boolean {
  return mayUseSchema && (maySelect || maySelectSome)
}

export function foundIn(tables: readonly TableFacts[]): readonly FoundTable[] {
  return tables.flatMap(({ found }) => (found === undefined ? [] : [found]))
}

export function shownNames(tables: readonly FoundTable[]): readonly string[] {
  return tables.map(({ shown }) => shown)
}

function stateOf(message: string): string {
  return message.replace(/^Cannot [^:]*: /, '')
}
