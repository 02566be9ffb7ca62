import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { StatementId } from './statements.ts'

export interface ListedProblem {
  readonly statement: StatementId
  readonly severity: 'error' | 'warning' | 'note'
  readonly message: string
  readonly hint: string | undefined
  /** Where in that statement. */
  readonly from: number
}

const names: Readonly<Record<StatementId, string>> = { sql: 'Upsert', deleteSql: 'Delete', createTable: 'New table' }

/** All of it, statement by statement; each leads to its place. */
export function ProblemsList({
  problems,
  onGo,
}: {
  problems: readonly ListedProblem[]
  onGo: (problem: ListedProblem) => void
}) {
  if (problems.length === 0)
    return <p className="cs-text text-2">Nothing is wrong with it, as far as text and destination can tell.</p>
  return (
    <ul className="cs-problems">
      {problems.map((problem) => (
        <li key={`${problem.statement}:${problem.from}:${problem.message}`}>
          <button type="button" onClick={() => onGo(problem)}>
            <StatusGlyph
              glyph={problem.severity === 'error' ? 'failed' : problem.severity === 'warning' ? 'retrying' : 'waiting'}
              label={problem.severity}
            />
            <span className="muted cs-problem-where">{names[problem.statement]}</span>
            <span className="grow">
              {problem.message}
              {problem.hint !== undefined && problem.hint !== '' && <span className="muted"> · {problem.hint}</span>}
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
