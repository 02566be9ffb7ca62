import type { Session } from '../session.ts'

/** By SQLSTATE: the names of which one was probably meant by what the server does not know. Bounded, as a hint need not be complete. */
const candidatesSql: Readonly<Record<string, string>> = {
  '42P01': `
select case when pg_table_is_visible(c.oid) then quote_ident(c.relname)
            else quote_ident(n.nspname) || '.' || quote_ident(c.relname) end
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
 limit 20000`,
  '42883': `select distinct proname from pg_proc where pg_function_is_visible(oid) limit 20000`,
  '42704': `
select distinct format_type(t.oid, null)
  from pg_type t left join pg_class c on c.oid = t.typrelid
 where pg_type_is_visible(t.oid) and t.typcategory not in ('A', 'P') and (c.oid is null or c.relkind = 'c')
 limit 20000`,
  '3F000': `select nspname from pg_namespace where nspname !~ '^pg_'`,
}

/** Empty where the trouble is not an unknown name. */
export async function candidatesFor(session: Session, sqlstate: string): Promise<readonly string[]> {
  const sql = candidatesSql[sqlstate]
  if (sql === undefined) return []
  return (await session.rows(sql)).flatMap(([name]) => name ?? [])
}
