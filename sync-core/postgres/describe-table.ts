import { FailureError } from '../domain/failure.ts'
import type { Partition } from '../domain/source.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/** A table as the server knows it. */
export interface SourceTable {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** `"public"."account"` */
  readonly quoted: string
  /** By place in the table, dropped ones left out. `bpchar` and not `character`, which in a cast means a single one. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /**
   * Columns whose values name a row: of the primary key or the chosen index. With REPLICA IDENTITY FULL the primary
   * key's where there is one (the whole row is sent, so it is always there), else all columns.
   */
  readonly identity: readonly string[]
  readonly partitioned: boolean
  /** Those that hold rows, however deep. */
  readonly partitions: readonly Partition[]
  /** Old rows come whole. */
  readonly full: boolean
  /** Whether the identity is unique and never null, so that a walk can go on after it. */
  readonly walkable: boolean
  /** Tables that inherit from it: their rows are its rows, and their changes come under their own names. */
  readonly heirs: readonly Heir[]
}

export interface Heir {
  readonly oid: number
  readonly schema: string
  readonly name: string
}

/** A table that belongs to another one. */
interface TableBelow extends Heir, Partition {
  readonly kind: string | null | undefined
}

const describeSql = `
select c.oid::int8, n.nspname, c.relname, c.relkind, c.relpersistence, c.relreplident,
       (select array_to_json(array_agg(a.attname order by k.place))
          from pg_index i
          cross join lateral unnest(i.indkey) with ordinality k(attnum, place)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
         where i.indrelid = c.oid and k.place <= i.indnkeyatts
           and case when c.relreplident = 'i' then i.indisreplident else i.indisprimary end) as identity,
       (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, -1)) order by a.attnum)
          from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.oid = to_regclass($1)`

/**
 * Looks a table up by the name that a transformation uses, with the role's own search_path.
 * Throws a FailureError when it is missing, is no table, or has no usable replica identity: publishing it would then
 * make the application's own UPDATE and DELETE fail.
 */
export async function describeTable(session: Session, name: string, object: string): Promise<SourceTable> {
  const [row] = await session.rows(describeSql, [name])
  if (row === undefined) throw missing(name, object)
  const [oid, schema, table, kind, persistence, replicaIdentity, identityJson, columnsJson] = row
  if (schema == null || table == null || oid == null) throw missing(name, object)
  if (kind !== 'r' && kind !== 'p') {
    throw failure('table-missing', object, `"${name}" is no table`, 'Name a table; a view has no changes of its own.')
  }
  if (persistence !== 'p') throw notLogged(`"${name}"`, object)
  const columns = parseJson<{ name: string; type: string }[]>(columnsJson) ?? []
  const indexed = parseJson<string[]>(identityJson) ?? undefined
  const full = replicaIdentity === 'f'
  const identity = indexed ?? (full ? columns.map((column) => column.name) : undefined)
  if (identity === undefined || replicaIdentity === 'n') {
    throw failure(
      'replica-identity',
      object,
      `the table "${name}" has no usable replica identity`,
      'Give it a primary key, or run ALTER TABLE … REPLICA IDENTITY USING INDEX or FULL; without one its own UPDATE and DELETE would fail once it is published.',
    )
  }
  const below = await tablesBelow(session, oid, { name, identity, object })
  const partitioned = kind === 'p'
  return {
    oid: Number(oid),
    schema,
    name: table,
    quoted: `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`,
    columns,
    identity,
    partitioned,
    partitions: partitioned ? below.filter((one) => one.kind === 'r') : [],
    full,
    walkable: indexed !== undefined,
    // Changes of partitions come under the name of the table that they are parts of.
    heirs: partitioned ? [] : below,
  }
}

/** Heirs and partitions, however deep, with the columns that name their rows. */
const belowSql = `
with recursive heir(oid) as (
  select inhrelid from pg_inherits where inhparent = $1::oid
  union
  select i.inhrelid from pg_inherits i join heir h on i.inhparent = h.oid)
select c.oid::int8, n.nspname, c.relname, c.relkind, c.relpersistence, (coalesce(pg_relation_size(c.oid), 0) = 0)::text,
       case when c.relreplident = 'f' then null
            when c.relreplident = 'n' then '[]'
            else coalesce((select array_to_json(array_agg(a.attname order by k.place))
                    from pg_index i
                    cross join lateral unnest(i.indkey) with ordinality k(attnum, place)
                    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
                   where i.indrelid = c.oid and k.place <= i.indnkeyatts
                     and case when c.relreplident = 'i' then i.indisreplident else i.indisprimary end), '[]') end
  from heir h join pg_class c on c.oid = h.oid join pg_namespace n on n.oid = c.relnamespace
 order by c.oid`

/** Throws a FailureError for one whose changes would not be in the WAL, or whose own UPDATE would fail once it is published. */
async function tablesBelow(
  session: Session,
  oid: string,
  table: { readonly name: string; readonly identity: readonly string[]; readonly object: string },
): Promise<readonly TableBelow[]> {
  const rows = await session.rows(belowSql, [oid])
  return rows.map(([below, schema, name, kind, persistence, isEmpty, identity]) => {
    if (persistence !== 'p' || kind === 'f')
      throw notLogged(`"${name}", which belongs to "${table.name}",`, table.object)
    const own = parseJson<string[]>(identity)
    if (own === undefined || table.identity.every((column) => own.includes(column))) {
      return { oid: Number(below), schema: schema ?? '', name: name ?? '', kind, isEmpty: isEmpty === 'true' }
    }
    throw failure(
      'replica-identity',
      table.object,
      `"${name}", which belongs to "${table.name}", has no replica identity of ${table.identity.join(', ')}`,
      `Give "${name}" a primary key of the same columns, or the same REPLICA IDENTITY; neither is inherited.`,
    )
  })
}

function notLogged(which: string, object: string): FailureError {
  const solution = 'Run ALTER TABLE … SET LOGGED; unlogged changes are not in the WAL.'
  return failure('table-missing', object, `the table ${which} is unlogged, temporary or foreign`, solution)
}

function parseJson<T>(text: string | null | undefined): T | undefined {
  return text == null ? undefined : (JSON.parse(text) as T)
}

function missing(name: string, object: string): FailureError {
  return failure(
    'table-missing',
    object,
    `there is no table "${name}", or the role may not look into its schema`,
    'Create the table, correct its name, or grant USAGE on its schema.',
  )
}

function failure(
  kind: 'table-missing' | 'replica-identity',
  object: string,
  state: string,
  solution: string,
): FailureError {
  return new FailureError({ kind, policy: 'halt', object, message: `Cannot publish ${object}: ${state}`, solution })
}
