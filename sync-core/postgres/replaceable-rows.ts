import type { SqlAnalyst, SqlTemplate, WrittenRows } from '../domain/sql-analyst.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

const tableSql = `
select array_to_json(array(select attname from pg_attribute
                            where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum)),
       exists (select from pg_constraint where confrelid = c.oid and contype = 'f' and (confdeltype in ('c', 'n', 'd') or confupdtype in ('c', 'n', 'd'))),
       exists (select from pg_trigger where tgrelid = c.oid and not tgisinternal and tgtype::int & 8 <> 0)
  from pg_class c where c.oid = to_regclass($1) and c.relkind in ('r', 'p')`

/** What the destination does by itself when one of a consumer's rows is deleted, and what that allows. */
export interface DeletedRows {
  /**
   * Nobody could tell a row that was deleted and written again from one that was updated: the consumer's statement
   * writes every column and keeps nothing of the former row, its delete takes that row and no other, and the table has
   * no trigger and no foreign key that would act on the delete.
   */
  readonly replaceable: boolean
  /**
   * Other rows go with it. They may be about to move away, so deletes come after everything else of their epoch; which
   * is right only where both statements mean the same row, whatever comes first.
   */
  readonly last: boolean
}

const unknown: DeletedRows = { replaceable: false, last: false }

export async function describeDeletes(
  session: Session,
  analyst: SqlAnalyst,
  upsert: SqlTemplate,
  remove: SqlTemplate | undefined,
): Promise<DeletedRows> {
  const told = remove && analyst.writtenRows(remove, [])
  if (told === undefined || told.columns.length > 0 || !told.replaces) return unknown
  const { schema, name } = told.table
  const quoted = [schema, name].flatMap((part) => (part === undefined ? [] : [quoteIdentifier(part)])).join('.')
  const [row] = await session.rows(tableSql, [quoted])
  const tableColumns = JSON.parse(row?.[0] ?? '[]') as string[]
  const written = analyst.writtenRows(upsert, tableColumns)
  if (row === undefined || written === undefined || written.columns.length === 0) return unknown
  const sameTable = written.table.schema === schema && written.table.name === name
  if (!sameTable || !isSameKey(written, told)) return unknown
  const [cascades, hasTrigger] = [row[1] !== 'f', row[2] !== 'f']
  const everyColumn = tableColumns.every((column) => written.columns.includes(column))
  return { replaceable: !cascades && !hasTrigger && everyColumn && written.replaces, last: cascades }
}

function isSameKey(written: WrittenRows, told: WrittenRows): boolean {
  if (written.key.size !== told.key.size) return false
  return [...written.key].every(([column, value]) => {
    const other = told.key.get(column)
    if (typeof value !== 'object' || typeof other !== 'object') return false
    return value.name === other.name && value.index === other.index
  })
}
