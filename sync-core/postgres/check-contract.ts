import { FailureError } from '../domain/failure.ts'
import type { PublicSchema } from '../domain/public-schema.ts'
import type { Draft } from './draft-transformation.ts'
import type { OutputColumn } from './payload-sql.ts'
import type { Session } from './session.ts'

/** The columns that all transformations of a public schema give. Throws a FailureError when they do not agree. */
export function agreedColumns(drafts: readonly Draft[], object: string): readonly OutputColumn[] {
  const [first, ...others] = drafts
  const columns = first?.columns ?? []
  const names = columns.map((column) => column.name)
  const repeated = names.find((name, place) => names.indexOf(name) !== place)
  if (repeated !== undefined) {
    throw refuse(object, `its SQL gives two columns named "${repeated}"`, 'Name each output column once, with AS.')
  }
  const unnamed = names.find((name) => name === '?column?' || name.startsWith('__rejot_'))
  if (unnamed !== undefined) {
    throw refuse(object, `its SQL gives a column named "${unnamed}"`, 'Give the column a name of its own, with AS.')
  }
  for (const other of others) {
    const differs =
      other.columns.length !== columns.length ||
      other.columns.some((column) => columns.find((one) => one.name === column.name)?.type !== column.type)
    if (differs) {
      throw refuse(
        object,
        `its SQL for ${other.transformation.table} gives other columns or types than the one for ${first?.transformation.table}`,
        'Let all its statements give the same columns with the same types.',
      )
    }
  }
  return columns
}

/**
 * The contract that consumers rely on: what it promises must be in the rows, in the type that it promises.
 * Throws a FailureError for the first promise that the server's own description of the SQL does not keep.
 */
export async function checkContract(
  session: Session,
  schema: PublicSchema,
  columns: readonly OutputColumn[],
  object: string,
): Promise<void> {
  for (const promised of schema.columns) {
    if (columns.some((column) => column.name === promised.name)) continue
    throw refuse(
      object,
      `its SQL gives no column "${promised.name}"`,
      'Give that column, or take it out of outputSchema.',
    )
  }
  const typed = schema.columns.flatMap(({ name, postgresType }) =>
    postgresType === undefined ? [] : [{ name, postgresType }],
  )
  const meant = await plainTypes(
    session,
    typed.map((column) => column.postgresType),
  )
  for (const [place, { name, postgresType }] of typed.entries()) {
    const given = columns.find((column) => column.name === name)?.type
    if (meant[place] === given) continue
    throw refuse(
      object,
      `its SQL gives "${name}" as ${given}, and its outputSchema promises ${postgresType}`,
      `Cast the column to ${postgresType}, or publish a new major version that promises ${given}.`,
    )
  }
}

/** In the server's own words: `int4` is `integer`, `varchar(20)` is `character varying`, a domain is what it is made of. */
const plainTypesSql = `
select (with recursive base(oid, kind, next) as (
          select oid, typtype, typbasetype from pg_type where oid = to_regtype(given.name)
          union all
          select t.oid, t.typtype, t.typbasetype from base b join pg_type t on t.oid = b.next where b.kind = 'd')
        select format_type(oid, null) from base where kind <> 'd')
  from unnest($1::text[]) with ordinality given(name, place)
 order by place`

async function plainTypes(session: Session, names: readonly string[]): Promise<readonly (string | undefined)[]> {
  if (names.length === 0) return []
  const rows = await session.rows(plainTypesSql, [`{${names.map((name) => JSON.stringify(name)).join(',')}}`])
  return rows.map(([name]) => name ?? undefined)
}

/** "Cannot publish …": what a person has to change in the public schema. */
export function refuse(object: string, state: string, solution: string): FailureError {
  return new FailureError({
    kind: 'sql',
    policy: 'halt',
    object,
    message: `Cannot publish ${object}: ${state}`,
    solution,
  })
}
