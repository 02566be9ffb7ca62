import type { Finding } from '../../domain/connection-check.ts'
import { createInDatabase, grantSql } from '../missing-right.ts'
import { quoteIdentifier } from '../quote.ts'
import type { PostgresCheckContext } from './check-context.ts'
import { foundIn, grantFix, shownNames } from './check-tables.ts'
import { listed, readTables } from './table-facts.ts'

/** The consumers' SQL runs in temporary functions. */
export async function askTemporary(context: PostgresCheckContext): Promise<Finding> {
  const { role } = await context.facts()
  const [[may, database, owner] = []] = await context.session().rows(`
    select has_database_privilege(oid, 'temp')::text, datname, pg_get_userbyid(datdba)
      from pg_database where datname = current_database()`)
  const evidence = [{ label: 'TEMP', value: String(may === 'true') }]
  if (may === 'true') return { state: 'passed', sentence: `${role} may make temporary functions`, evidence }
  return {
    state: 'failed',
    sentence: `${role} may not make temporary functions`,
    solution: 'Let the owner of the database grant it: what consumers write runs in such functions.',
    evidence,
    fix: {
      statements: [grantSql(`temporary on database ${quoteIdentifier(database ?? '')}`, role)],
      mayRun: false,
      by: `${owner ?? ''}, who owns the database`,
      restart: false,
    },
  }
}

const offsetsSql = `
select (select c.oid::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'rejot' and c.relname = 'consumer_offset'),
       (select has_schema_privilege(oid, 'usage')::text from pg_namespace where nspname = 'rejot'),
       (select has_schema_privilege(oid, 'create')::text from pg_namespace where nspname = 'rejot'),
       has_database_privilege(current_database(), 'create')::text, current_database(),
       (select pg_get_userbyid(datdba) from pg_database where datname = current_database())`

const offsetRightsSql = `
select (select bool_and(has_table_privilege($1::oid, wanted)) from unnest('{select,insert,update}'::text[]) wanted)::text,
       pg_get_userbyid(relowner) from pg_class where oid = $1::oid`

/** Where consumers are is kept in a table of ours at the destination, in the transaction that writes their rows. */
export async function askOffsets(context: PostgresCheckContext): Promise<Finding> {
  const { role } = await context.facts()
  const session = context.session()
  const [row] = await session.rows(offsetsSql)
  const [table, mayUse, mayCreateIn, mayCreate, database, databaseOwner] = row ?? []
  const evidence = [
    { label: 'rejot.consumer_offset', value: table == null ? 'not there yet' : 'there' },
    { label: 'CREATE', value: String(mayCreate === 'true') },
  ]
  if (table != null) {
    const [[mayWrite, owner] = []] = await session.rows(offsetRightsSql, [table])
    if (mayUse === 'true' && mayWrite === 'true') {
      return { state: 'passed', sentence: 'rejot.consumer_offset is there and may be written', evidence }
    }
    return {
      state: 'failed',
      sentence: `${role} may not write rejot.consumer_offset`,
      solution: `Let ${owner ?? 'its owner'} grant it; the consumers' places are kept there.`,
      evidence,
      fix: {
        statements: [
          grantSql('usage on schema rejot', role),
          grantSql('select, insert, update on rejot.consumer_offset', role),
        ],
        mayRun: false,
        by: `${owner ?? ''}, who owns the table`,
        restart: false,
      },
    }
  }
  if (mayCreate === 'true' && mayCreateIn !== 'false') {
    return { state: 'passed', sentence: 'rejot.consumer_offset is made when the first consumer begins', evidence }
  }
  return {
    state: 'failed',
    sentence: `${role} may not create a schema, and the consumers' places are kept in one`,
    solution: 'Let the owner of the database grant it.',
    evidence,
    fix: {
      statements: [
        ...(mayCreate === 'true' ? [] : [grantSql(createInDatabase(database ?? ''), role)]),
        ...(mayCreateIn === 'false' ? [grantSql('usage, create on schema rejot', role)] : []),
      ],
      mayRun: false,
      by: `${databaseOwner ?? ''}, who owns the database`,
      restart: false,
    },
  }
}

/** Tables that consumers write, where they are named. */
export async function askWrite(context: PostgresCheckContext): Promise<Finding> {
  const { writes } = context.request
  if (writes === undefined || writes.length === 0) {
    return { state: 'skipped', sentence: 'No table to write is named yet', evidence: [] }
  }
  const { role } = await context.facts()
  const tables = await readTables(context.session(), writes)
  const missing = tables.filter(({ found }) => found === undefined).map(({ asked }) => asked)
  const found = foundIn(tables)
  const refused = found.filter(({ mayUseSchema, mayWrite }) => !mayUseSchema || !mayWrite)
  const evidence = [
    { label: 'Tables', value: listed(writes, 20) },
    ...(refused.length > 0 ? [{ label: 'Not writable', value: listed(shownNames(refused), 20) }] : []),
  ]
  if (missing.length > 0) {
    const sentence = `There is no table ${listed(missing)}`
    return {
      state: 'failed',
      sentence,
      solution: 'Create it, or correct its name; a name with capitals needs quotes.',
      evidence,
    }
  }
  if (refused.length === 0) {
    return { state: 'passed', sentence: `${role} may write ${listed(shownNames(found))}`, evidence }
  }
  return {
    state: 'failed',
    sentence: `${role} may not write ${listed(shownNames(refused))}`,
    solution: 'Let the owner grant it; a consumer whose SQL only inserts needs less.',
    evidence,
    fix: grantFix(refused, ({ schema, quoted, mayUseSchema, mayWrite }) => [
      ...(mayUseSchema ? [] : [grantSql(`usage on schema ${quoteIdentifier(schema)}`, role)]),
      ...(mayWrite ? [] : [grantSql(`select, insert, update, delete on ${quoted}`, role)]),
    ]),
  }
}
