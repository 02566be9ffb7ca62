import type { CatalogueColumn } from '../../domain/catalogue.ts'
import { FailureError } from '../../domain/failure.ts'
import { quoteIdentifier } from '../quote.ts'
import type { Session } from '../session.ts'
import { columnOf } from './read-catalogue.ts'

/** A table that is not there yet, made for this session alone; it ends with it. */
export interface Trial {
  readonly name: string
  readonly statements: readonly string[]
}

const columnsSql = `
select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, col_description(a.attrelid, a.attnum)
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
 order by a.attnum`

/**
 * Makes it, and returns its columns. Throws the server's error, or a FailureError where the database has one of that name
 * by now.
 */
export async function makeTrialTable(
  session: Session,
  { name, statements }: Trial,
  object: string,
): Promise<readonly CatalogueColumn[]> {
  const quoted = quoteIdentifier(name)
  const [[there] = []] = await session.rows('select to_regclass($1) is not null', [quoted])
  if (there === 't') {
    throw new FailureError({
      kind: 'sql',
      policy: 'halt',
      object,
      message: `${object}: There is a table ${name} already`,
      solution: 'Generate the SQL again: it fits the table that is there.',
      sqlstate: '42P07',
    })
  }
  for (const statement of statements) await session.script(statement)
  return (await session.rows(columnsSql, [quoted])).map(columnOf)
}
