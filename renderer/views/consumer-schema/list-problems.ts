import type { ListedProblem } from './problems-list.tsx'
import type { StatementId } from './statements.ts'
import type { Description } from './use-description.ts'

/** Everything that is wrong, what stops it first; and what generating left to be known. Pure. */
export function listProblems(description: Description | undefined, notes: readonly string[]): readonly ListedProblem[] {
  const of = (statement: StatementId, found: Description['sql'] = []): readonly ListedProblem[] =>
    found.map(({ severity, message, hint, from }) => ({ statement, severity, message, hint, from }))
  const columns = (description?.mapping.columns ?? []).flatMap(({ column, problem }): readonly ListedProblem[] =>
    problem === undefined
      ? []
      : [
          {
            statement: 'sql',
            severity: problem.severity,
            message: `Column ${column.name}: ${problem.message.replace(/^It /, 'it ')}`,
            hint: undefined,
            from: 0,
          },
        ],
  )
  const told = notes.map(
    (message): ListedProblem => ({ statement: 'sql', severity: 'note', message, hint: undefined, from: 0 }),
  )
  const all = [
    ...of('sql', description?.sql),
    ...of('deleteSql', description?.deleteSql),
    ...of('createTable', description?.createTable),
    ...columns,
    ...told,
  ]
  return [...all].sort((one, other) => weights[one.severity] - weights[other.severity])
}

const weights: Readonly<Record<ListedProblem['severity'], number>> = { error: 0, warning: 1, note: 2 }
