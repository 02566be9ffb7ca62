import type { PublicSchemaForm } from '../../main/contract/schema-edit.ts'
import type { PublicSchemaDescription, StatementDescription, TableRead } from '../../sync-core/domain/description.ts'
import type { SqlDiagnostic } from '../../sync-core/domain/sql-problem.ts'
import { mayBeSame } from '../text/table-name.ts'

/** Something wrong with a public schema that is being written, and where. */
export interface SchemaProblem {
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly hint: string | undefined
  /** Of its transformations; `undefined` where it concerns no single one. */
  readonly table: number | undefined
  /** In that one's SQL; `undefined` where it is about the table itself. */
  readonly mark: SqlDiagnostic | undefined
  /** The table that is read and not listened to, where it is that. */
  readonly read: TableRead | undefined
}

/** All of them, in the order of the tables and of the texts. Pure. */
export function schemaProblems(
  { transformations, name }: Pick<PublicSchemaForm, 'transformations' | 'name'>,
  { statements, problems }: Pick<PublicSchemaDescription, 'statements' | 'problems'>,
): readonly SchemaProblem[] {
  const whole = { severity: 'error', table: undefined, mark: undefined, read: undefined } as const
  const empty =
    transformations.length === 0
      ? [{ ...whole, message: 'It listens to no table yet', hint: 'Add the table whose rows it publishes.' }]
      : []
  const unnamed = name.trim() === '' ? [{ ...whole, message: 'It has no name yet', hint: 'Name it at the right.' }] : []
  return [
    ...unnamed,
    ...empty,
    ...statements.flatMap((statement, table) => statementProblems(statement, table, transformations[table]?.sql ?? '')),
    ...problems.map(({ message, hint }) => ({ ...whole, message, hint })),
  ]
}

function statementProblems(statement: StatementDescription, table: number, sql: string): readonly SchemaProblem[] {
  const { tableProblem, diagnostics, reads } = statement
  const own: SchemaProblem[] =
    tableProblem === undefined ? [] : [{ severity: 'error', ...tableProblem, table, mark: undefined, read: undefined }]
  return [
    ...own,
    ...diagnostics.map((mark) => {
      const read = mark.severity === 'warning' ? unheardAt(mark, sql, reads) : undefined
      // Here there is a button beside it, so it is said shorter than at a start.
      const message =
        read === undefined ? mark.message : `Read, but not listened to: changes of ${read.table} would not publish`
      const hint = read === undefined ? mark.hint : 'Listen to it, or say that its changes need not be tracked.'
      return { severity: mark.severity, message, hint, table, mark: { ...mark, message, hint }, read }
    }),
  ]
}

function unheardAt({ from, to }: SqlDiagnostic, sql: string, reads: readonly TableRead[]): TableRead | undefined {
  const written = sql.slice(from, to)
  return reads.find(({ table, followed }) => followed === 'no' && mayBeSame(table, written))
}

/** What "Perhaps … is meant" means in place of the marked words; `undefined` where a mark has no such hint. Pure. */
export function meantInstead({ from, to, hint }: SqlDiagnostic, sql: string): string | undefined {
  const [, meant] = /^Perhaps (.+?)(?:, in double quotes,)? is meant\.$/.exec(hint ?? '') ?? []
  if (meant === undefined) return undefined
  const written = sql.slice(from, to)
  if (written.startsWith(':')) return `:${meant}`
  const before = meant.includes('.') ? '' : written.slice(0, written.lastIndexOf('.') + 1)
  return before + meant
}
