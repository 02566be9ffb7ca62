import type { RowChoice, RowImage } from '../../domain/preview.ts'
import { type Draft, typeOf } from '../draft-transformation.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'

const mostChosen = 100
/** Of a table with no more rows than this, all are looked at to choose some at random. */
const smallTable = 10_000

/** Rows of the table with the columns that name them and that the placeholders ask for. Never reads a large table as a whole. */
export async function chooseRows(
  session: Session,
  draft: Pick<Draft, 'source' | 'argColumns'>,
  choice: Exclude<RowChoice, { by: 'image' }>,
): Promise<readonly RowImage[]> {
  const { source, argColumns } = draft
  const columns = [...new Set([...source.identity, ...argColumns])]
  const list = columns.map((column) => `t.${quoteIdentifier(column)}::text`).join(', ')
  const rows = async (rest: string, values: readonly (string | null)[] = []): Promise<readonly RowImage[]> => {
    const found = await session.rows(`select ${list} from ${rest}`, values)
    return found.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])))
  }
  if (choice.by === 'key') {
    const chosen: RowImage[] = []
    for (const key of choice.keys.slice(0, mostChosen)) {
      const given = source.identity.filter((column) => key[column] !== undefined)
      const is = given.map((column, place) => `t.${quoteIdentifier(column)} = $${place + 1}::${typeOf(source, column)}`)
      const values = given.map((column) => key[column] ?? null)
      const found = is.length === 0 ? [] : await rows(`${source.quoted} t where ${is.join(' and ')} limit 1`, values)
      // A row that is gone can be asked for all the same, as the engine does after a delete.
      chosen.push(...(found.length > 0 ? found : argColumns.every((column) => given.includes(column)) ? [key] : []))
    }
    return chosen
  }
  const count = Math.min(Math.max(choice.count, 1), mostChosen)
  // With the table's name before it: alone it would mean the text that is asked for, and no index.
  const names = source.identity.map((column) => `t.${quoteIdentifier(column)}`)
  const order = source.walkable ? ` order by ${names.join(', ')}` : ''
  const first = `${source.quoted} t${order} limit ${count}`
  if (choice.by === 'first') return rows(first)
  const [[estimate] = []] = await session.rows('select reltuples::int8 from pg_class where oid = $1', [
    String(source.oid),
  ])
  const estimated = Number(estimate ?? -1)
  if (estimated >= 0 && estimated <= smallTable) {
    return rows(`(select * from ${source.quoted} limit ${smallTable}) t order by random() limit ${count}`)
  }
  // Pages, not rows: what is not chosen is not read.
  const percent = estimated < 0 ? 1 : Math.max((count * 10 * 100) / estimated, 0.001)
  const some = await rows(`${source.quoted} t tablesample system (${percent}) limit ${count}`)
  return some.length > 0 ? some : rows(first)
}
