import type { PublicSchema, Transformation } from '../domain/public-schema.ts'
import { checkPublicSql } from './check-public-sql.ts'
import { dependedTables, tablePosition } from './depended-tables.ts'
import { inferKey } from './infer-key.ts'
import { outputColumns } from './output-columns.ts'
import { parseSql } from './parse.ts'
import type { SqlProblem } from './sql-problem.ts'
import { suggestTransformation } from './suggest-transformation.ts'
import { mayBeSameTable, readTableName, showTableName } from './table-name.ts'

export interface SchemaProblem {
  readonly transformation: Transformation
  /** `sql`: the statement cannot be run as it is. The others leave it runnable. */
  readonly about: 'sql' | 'key' | 'contract' | 'dependency'
  readonly problem: SqlProblem
}

/** What is wrong with a public schema's SQL, as far as its text says, each with the transformation that it stands in. */
export function checkPublicSchema(schema: PublicSchema): readonly SchemaProblem[] {
  const [first] = schema.transformations
  return schema.transformations.flatMap((transformation) => {
    const as = (about: SchemaProblem['about'], problems: readonly SqlProblem[]): readonly SchemaProblem[] =>
      problems.map((problem) => ({ transformation, about, problem }))
    const problems = checkPublicSql(transformation.sql)
    if (problems.some(({ severity }) => severity === 'error')) return as('sql', problems)
    return [
      ...as('sql', problems),
      ...as('key', transformation === first ? keyProblems(schema, transformation) : []),
      ...as('contract', contractProblems(schema, transformation)),
      ...as('dependency', untracked(schema, transformation)),
    ]
  })
}

function keyProblems(schema: PublicSchema, { sql }: Transformation): readonly SqlProblem[] {
  if (schema.key !== undefined || inferKey(sql) !== undefined) return []
  const message = `Public schema "${schema.name}" has no key: name its columns under outputSchema["x-rejot"].key`
  return [{ severity: 'error', position: 1, message }]
}

/** Columns of the contract and the key that the SQL does not give; with a star only the server can tell. */
function contractProblems(schema: PublicSchema, { sql }: Transformation): readonly SqlProblem[] {
  const { statement } = parseSql(sql)
  if (!('SelectStmt' in statement)) return []
  const given = outputColumns(statement.SelectStmt).map(({ name }) => name)
  if (given.includes(undefined)) return []
  const wanted = new Set([...schema.columns.map(({ name }) => name), ...(schema.key ?? [])])
  const missing = [...wanted].filter((name) => !given.includes(name))
  return missing.map((name) => ({ severity: 'error', position: 1, message: missingColumn(schema, name, given) }))
}

function missingColumn(schema: PublicSchema, name: string, given: readonly (string | undefined)[]): string {
  const folded = given.find((other) => other?.toLowerCase() === name.toLowerCase())
  const hint = folded === undefined ? '' : `; it gives "${folded}", so write as "${name}" in double quotes`
  return `The SQL gives no column "${name}", which public schema "${schema.name}" promises${hint}`
}

/** Tables whose changes pass unseen although rows are made of them, each with the transformation that would see them. */
function untracked(schema: PublicSchema, { sql, table }: Transformation): readonly SqlProblem[] {
  const known = [...schema.transformations.map((one) => one.table), ...(schema.notTracked ?? [])]
  const listened = known.flatMap((one) => readTableName(one) ?? [])
  return dependedTables(sql)
    .filter((name) => !listened.some((other) => mayBeSameTable(name, other)))
    .map((name) => {
      const cure = suggestTransformation(sql, name)
      const way = cure === undefined ? '' : '; a transformation for it would be'
      return {
        severity: 'warning',
        position: tablePosition(sql, name),
        message: `The SQL for table "${table}" reads ${showTableName(name)}, whose changes public schema "${schema.name}" does not listen to${way}`,
        cure: cure?.sql,
      }
    })
}
