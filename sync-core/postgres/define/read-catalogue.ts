import type { Catalogue, CatalogueColumn, CatalogueFunction, CatalogueTable } from '../../domain/catalogue.ts'
import type { PostgresConnection } from '../../domain/connection.ts'
import { ask } from './ask.ts'
import { markSql } from './catalogue-mark.ts'

export interface CatalogueRequest {
  /** Tables, in the order of schema and name; 10,000 when left out. */
  readonly limit?: number | undefined
  /** Only the table of this name, as written in SQL, with the role's own search_path. */
  readonly only?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const defaultLimit = 10_000
/** Thousands of tables on a busy server; nothing here reads a user's table. */
const timeoutMs = 20_000

/**
 * Reads what a database has: one statement for each kind of thing, all in one state of the database, so that the time
 * it takes grows with what there is and not with round trips. Throws a FailureError, or the signal's reason.
 */
export async function readCatalogue(
  connection: PostgresConnection,
  request: CatalogueRequest = {},
): Promise<Catalogue> {
  const { limit = defaultLimit, only = null, signal } = request
  return ask(connection, { purpose: 'catalogue', transaction: 'read-only', timeoutMs, signal }, async (session) => {
    // Sent one behind the other: the server works while we read.
    const [facts, tables, columns, keys, foreignKeys, functions] = await Promise.all([
      session.rows(factsSql),
      session.rows(tablesSql, [String(limit + 1), only]),
      session.rows(columnsSql, [String(limit + 1), only]),
      session.rows(keysSql),
      session.rows(foreignKeysSql),
      session.rows(functionsSql),
    ])
    const [database, serverVersion, mark, searchPath, reservedWords] = facts[0] ?? []
    const columnsOf = grouped(columns)
    const keysOf = grouped(keys)
    const foreignKeysOf = grouped(foreignKeys)
    return {
      database: database ?? '',
      serverVersion: serverVersion ?? '',
      mark: mark ?? '',
      searchPath: parse<string[]>(searchPath, []),
      reservedWords: parse<string[]>(reservedWords, []),
      tables: tables.slice(0, limit).map((row) => {
        const oid = row[0] ?? ''
        return tableOf(row, columnsOf.get(oid), keysOf.get(oid), foreignKeysOf.get(oid))
      }),
      truncated: tables.length > limit,
      functions: functions.map(functionOf),
    }
  })
}

type Row = readonly (string | null)[]

/** Of the server itself, its temporary tables and TOAST included, and what belongs to an extension. */
const notOurs = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`

const listedTables = `
select c.oid, n.nspname, c.relname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't' and ${notOurs}
   and ($2::text is null or c.oid = to_regclass($2))
 order by n.nspname, c.relname
 limit $1`

const factsSql = `
select current_database(), current_setting('server_version'), (${markSql}),
       array_to_json(current_schemas(false)),
       (select json_agg(word) from pg_get_keywords() where catcode in ('R', 'T'))`

const tablesSql = `
with listed as (${listedTables})
select c.oid::int8, listed.nspname, c.relname, c.relkind,
       (select quote_ident(pn.nspname) || '.' || quote_ident(p.relname)
          from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
         where c.relispartition and i.inhrelid = c.oid limit 1),
       obj_description(c.oid, 'pg_class'),
       case when c.reltuples >= 0 and c.relkind <> 'v' then c.reltuples::int8 end,
       c.relreplident,
       has_table_privilege(c.oid, 'select')
  from listed join pg_class c on c.oid = listed.oid
 order by listed.nspname, listed.relname`

const columnsSql = `
with listed as (${listedTables})
select a.attrelid::int8, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, col_description(a.attrelid, a.attnum)
  from listed
  join pg_attribute a on a.attrelid = listed.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 order by a.attrelid, a.attnum`

/** Only indexes that hold for every row, over plain columns: what an ON CONFLICT may name. */
const keysSql = `
select i.indrelid::int8, i.indisprimary::text,
       (select array_to_json(array_agg(a.attname order by k.place))
          from unnest(i.indkey) with ordinality k(attnum, place)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
         where k.place <= i.indnkeyatts)
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
 where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null and ${notOurs}
 order by i.indrelid, i.indexrelid`

const foreignKeysSql = `
select f.conrelid::int8,
       (select array_to_json(array_agg(a.attname order by k.place))
          from unnest(f.conkey) with ordinality k(attnum, place)
          join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum),
       n.nspname, c.relname,
       (select array_to_json(array_agg(a.attname order by k.place))
          from unnest(f.confkey) with ordinality k(attnum, place)
          join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum)
  from pg_constraint f join pg_class c on c.oid = f.confrelid join pg_namespace n on n.oid = c.relnamespace
 where f.contype = 'f' and f.conparentid = 0 and ${notOurs}
 order by f.conrelid, f.conname`

const functionsSql = `
select n.nspname, p.proname, oidvectortypes(p.proargtypes), pg_get_function_result(p.oid), p.provolatile
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where p.prokind in ('f', 'a', 'w') and ${notOurs}
   and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
 order by n.nspname, p.proname, p.oid
 limit 5000`

/** Rows by their first value, without it. */
function grouped(rows: readonly Row[]): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const [oid, ...rest] of rows) {
    const group = groups.get(oid ?? '')
    if (group === undefined) groups.set(oid ?? '', [rest])
    else group.push(rest)
  }
  return groups
}

const kinds: Readonly<Record<string, CatalogueTable['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

const identities: Readonly<Record<string, CatalogueTable['replicaIdentity']>> = {
  d: 'primary key',
  i: 'index',
  f: 'full',
  n: 'nothing',
}

function tableOf(
  row: Row,
  columns: readonly Row[] = [],
  keys: readonly Row[] = [],
  foreignKeys: readonly Row[] = [],
): CatalogueTable {
  const [oid, schema, name, kind, partitionOf, comment, rows, identity, readable] = row
  const uniques = keys.map(([primary, names]) => ({ primary: primary === 'true', names: parse<string[]>(names, []) }))
  return {
    oid: Number(oid),
    schema: schema ?? '',
    name: name ?? '',
    kind: kinds[kind ?? ''] ?? 'table',
    partitionOf: partitionOf ?? undefined,
    comment: comment ?? undefined,
    rowsEstimated: rows == null ? undefined : Number(rows),
    columns: columns.map(columnOf),
    primaryKey: uniques.find(({ primary }) => primary)?.names ?? [],
    uniqueKeys: uniques.filter(({ primary }) => !primary).map(({ names }) => names),
    foreignKeys: foreignKeys.map(([own, otherSchema, table, others]) => ({
      columns: parse<string[]>(own, []),
      schema: otherSchema ?? '',
      table: table ?? '',
      references: parse<string[]>(others, []),
    })),
    replicaIdentity: identities[identity ?? ''] ?? 'nothing',
    readable: readable === 't',
  }
}

const generated: Readonly<Record<string, CatalogueColumn['generated']>> = {
  a: 'always',
  d: 'by default',
  s: 'stored',
  v: 'virtual',
}

/** Of name, type, NOT NULL, default, identity, how it is computed, comment. */
export function columnOf([name, type, notNull, expression, identity, computed, comment]: Row): CatalogueColumn {
  const how = generated[identity || computed || '']
  return {
    name: name ?? '',
    type: type ?? '',
    nullable: notNull !== 't',
    default: computed ? undefined : (expression ?? undefined),
    generated: how,
    comment: comment ?? undefined,
  }
}

const volatilities: Readonly<Record<string, CatalogueFunction['volatility']>> = { i: 'immutable', s: 'stable' }

function functionOf([schema, name, args, returns, volatility]: Row): CatalogueFunction {
  return {
    schema: schema ?? '',
    name: name ?? '',
    arguments: args ?? '',
    returns: returns ?? '',
    volatility: volatilities[volatility ?? ''] ?? 'volatile',
  }
}

function parse<T>(json: string | null | undefined, otherwise: T): T {
  return json == null ? otherwise : (JSON.parse(json) as T)
}
