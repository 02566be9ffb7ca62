import type { Draft } from './draft-transformation.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/** Oids of the tables that the SQL reads. By the planner's own account, so that views, partitions and functions are looked through. */
export async function tablesRead(session: Session, drafts: readonly Draft[]): Promise<readonly number[]> {
  const oids = new Set(drafts.map((draft) => draft.source.oid))
  const names = new Set<string>()
  for (const draft of drafts) {
    const values = draft.argColumns.map(() => (draft.form === 'set' ? '{}' : null))
    const [row] = await session.rows(`explain (verbose, format json) select __rejot_q.* ${draft.from}`, values)
    collectRelations(JSON.parse(row?.[0] ?? '[]'), names)
  }
  const rows = await session.rows('select to_regclass(name)::oid::int8 from unnest($1::text[]) name', [
    `{${[...names].map((name) => JSON.stringify(name)).join(',')}}`,
  ])
  for (const [oid] of rows) if (oid !== null && oid !== undefined) oids.add(Number(oid))
  return [...oids].sort((a, b) => a - b)
}

/** Of partitions their table's, since these come and go, and of heirs those that are inherited. */
const typesSql = `
with read(oid) as (
  select coalesce(pg_partition_root(c.oid), c.oid)
    from pg_class c
   where c.oid = any($1::oid[]) and (c.relispartition or not exists (select from pg_inherits where inhrelid = c.oid)))
select attrelid::int8, attname, format_type(atttypid, atttypmod)
  from pg_attribute
 where attrelid in (select oid from read) and attnum > 0 and not attisdropped
 order by attrelid, attnum`

/**
 * The types of the columns that the SQL may read, out of these tables. A column that gets another one may have other values
 * from then on, and the stream says nothing of rows that are written for it. Known by their names in the text, so that there may be
 * some too many, which costs a copy; those that only a view or a function names are missing.
 */
export async function typesRead(
  session: Session,
  tables: readonly number[],
  texts: readonly string[],
): Promise<readonly unknown[]> {
  const text = texts.join('\n').toLowerCase()
  const isRead = (name: string): boolean => hasStar(text) || text.includes(name.toLowerCase())
  const rows = await session.rows(typesSql, [`{${tables.join(',')}}`])
  return rows.filter(([, name]) => isRead(name ?? ''))
}

/** Whether SQL in lower case asks for all columns, `*` or `a.*`; neither a count nor a product. */
export function hasStar(sql: string): boolean {
  return /\.\s*\*|(^|[\s,])\*\s*(,|from\b|$)/.test(sql)
}

function collectRelations(plan: unknown, names: Set<string>): void {
  if (Array.isArray(plan)) {
    for (const part of plan) collectRelations(part, names)
    return
  }
  if (typeof plan !== 'object' || plan === null) return
  const node = plan as Record<string, unknown>
  if (typeof node['Relation Name'] === 'string' && typeof node.Schema === 'string') {
    names.add(`${quoteIdentifier(node.Schema)}.${quoteIdentifier(node['Relation Name'])}`)
  }
  for (const value of Object.values(node)) collectRelations(value, names)
}
