import { arrayLiteral, quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'

/** A table with the rights that the role has on it. */
export interface TableFacts {
  /** As it was asked for, else as it is quoted. */
  readonly asked: string
  /** `undefined`: there is no such table. */
  readonly found: FoundTable | undefined
}

export interface FoundTable {
  readonly oid: number
  readonly schema: string
  /** `"public"."account"` */
  readonly quoted: string
  /** `public.account` */
  readonly shown: string
  readonly owner: string
  /** The role is its owner, or may act as it. */
  readonly isOurs: boolean
  readonly mayUseSchema: boolean
  readonly maySelect: boolean
  /** Some columns, not all. */
  readonly maySelectSome: boolean
  readonly mayWrite: boolean
  /** Policies would hide rows from the role. */
  readonly hidesRows: boolean
}

const columnsSql = `
c.oid::int8, n.nspname, c.relname, pg_get_userbyid(c.relowner), pg_has_role(c.relowner, 'usage')::text,
has_schema_privilege(n.oid, 'usage')::text, has_table_privilege(c.oid, 'select')::text,
has_any_column_privilege(c.oid, 'select')::text,
(select bool_and(has_table_privilege(c.oid, wanted)) from unnest('{select,insert,update,delete}'::text[]) wanted)::text,
row_security_active(c.oid)::text`

/** Tables of the system, of extensions and partitions are nobody's to publish. */
const allSql = `
select quote_ident(n.nspname) || '.' || quote_ident(c.relname), ${columnsSql}
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and c.relpersistence = 'p' and not c.relispartition
   and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'rejot')
   and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
 order by 3, 4`

/**
 * By catalogue and not by to_regclass, which refuses names in a schema that the role may not look into. A name without
 * schema is looked for along the search_path, then anywhere.
 */
const namedSql = `
select wanted.name, found.*
  from unnest($1::text[]) with ordinality wanted(name, place)
  cross join lateral (select parse_ident(wanted.name) as parts) parsed
  left join lateral (
    select ${columnsSql}
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and c.relname = parts[cardinality(parts)]
       and (cardinality(parts) = 1 or n.nspname = parts[cardinality(parts) - 1])
     order by array_position(current_schemas(false), n.nspname) nulls last, n.nspname
     limit 1) found on true
 order by wanted.place`

/** Named tables, missing ones too; without names every table of the database. Throws the server's error for a name that is none. */
export async function readTables(
  session: Session,
  names: readonly string[] | undefined,
): Promise<readonly TableFacts[]> {
  const rows = await (names === undefined ? session.rows(allSql) : session.rows(namedSql, [arrayLiteral(names)]))
  return rows.map(([asked, oid, ...rest]) => ({
    asked: asked ?? '',
    found: oid == null ? undefined : foundTable(Number(oid), rest),
  }))
}

function foundTable(oid: number, row: readonly (string | null)[]): FoundTable {
  const [schema = '', name = '', owner = '', ...rights] = row.map((value) => value ?? '')
  const [isOurs, mayUseSchema, maySelect, maySelectSome, mayWrite, hidesRows] = rights.map((right) => right === 'true')
  return {
    oid,
    schema,
    quoted: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    shown: `${schema}.${name}`,
    owner,
    isOurs: isOurs === true,
    mayUseSchema: mayUseSchema === true,
    maySelect: maySelect === true,
    maySelectSome: maySelectSome === true,
    mayWrite: mayWrite === true,
    hidesRows: hidesRows === true,
  }
}

/** A few names, and how many more. */
export function listed(names: readonly string[], most = 3): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ')
}
