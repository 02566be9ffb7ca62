import type { SqlAnalyst, SqlTemplate } from '../domain/sql-analyst.ts'
import { quoteIdentifier } from './quote.ts'
import type { Session } from './session.ts'

const tableSql = `
select array_to_json(array(select attname from pg_attribute
                            where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum)),
       exists (select from pg_constraint where confrelid = c.oid and contype = 'f' and (confdeltype in ('c', 'n', 'd') or confupdtype in ('c', 'n', 'd'))),
       exists (select from pg_trigger where tgrelid = c.oid and not tgisinternal and tgtype::int & 8 <> 0)
  from pg_class c where c.oid = to_regclass($1) and c.relkind in ('r', 'p')`

/**
 * Whether nobody could tell a row that was deleted and written again from one that was updated: the consumer's
 * statement writes every column and keeps nothing of the former row, its delete takes that row and no other, and the
 * table has no trigger and no foreign key that would act on the delete.
 */
export async function isReplaceable(
  session: Session,
  analyst: SqlAnalyst,
  upsert: SqlTemplate,
  remove: SqlTemplate | undefined,
): Promise<boolean> {
  const told = remove && analyst.writtenRows(remove, [])
  if (told === undefined || told.columns.length > 0 || !told.replaces) return false
  const { schema, name } = told.table
  const quoted = [schema, name].flatMap((part) => (part === undefined ? [] : [quoteIdentifier(part)])).join('.')
  const [row] = await session.rows(tableSql, [quoted])
  if (row === undefined || row[1] !== 'f' || row[2] !== 'f') return false
  const tableColumns = JSON.parse(row[0] ?? '[]') as string[]
  const written = analyst.writtenRows(upsert, tableColumns)
  if (written === undefined || !written.replaces || written.columns.length === 0) return false
  if (written.table.schema !== schema || written.table.name !== name) return false
  const everyColumn = tableColumns.every((column) => written.columns.includes(column))
  const sameRow =
    written.key.size === told.key.size &&
    [...written.key].every(([column, value]) => {
      const other = told.key.get(column)
      return (
        typeof value === 'object' &&
        typeof other === 'object' &&
        value.name === other.name &&
        value.index === other.index
      )
    })
  return everyColumn && sameRow
}
