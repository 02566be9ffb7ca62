import type { SourceKey } from '../domain/source-transaction.ts'
import type { PostgresTransformation } from './prepare-public-schema.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

/**
 * The next source keys of a table, by its own order after `after` (an id that a walk gave before), at most `limit`.
 * A table whose identity is the whole row is given at once: nothing in it can be gone on from.
 */
export async function walkKeys(
  session: Session,
  transformation: PostgresTransformation,
  after: string | undefined,
  limit: number,
): Promise<readonly SourceKey[]> {
  const { source, argColumns } = transformation
  if (!source.walkable && after !== undefined) return []
  const columns = [...source.identity, ...argColumns]
  const list = columns.map((column) => `${quoteIdentifier(column)}::text`).join(', ')
  // Qualified: a bare name in ORDER BY is the output column, and that is text.
  const identity = source.identity.map((column) => `__rejot_t.${quoteIdentifier(column)}`).join(', ')
  const cursor = after === undefined ? undefined : (JSON.parse(after) as (string | null)[])
  const types = source.identity.map((name) => source.columns.find((column) => column.name === name)?.type ?? 'text')
  const condition =
    cursor === undefined
      ? ''
      : `where (${identity}) > (${types.map((type, place) => `$${place + 1}::${type}`).join(', ')})`
  const end = source.walkable ? `order by ${identity} limit ${limit}` : ''
  const rows = await session.rows(`select ${list} from ${source.quoted} __rejot_t ${condition} ${end}`, cursor ?? [])
  return rows.map((row) => ({
    id: JSON.stringify(row.slice(0, source.identity.length)),
    args: row.slice(source.identity.length),
  }))
}
