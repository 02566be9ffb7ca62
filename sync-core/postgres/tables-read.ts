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
