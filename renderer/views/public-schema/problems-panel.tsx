import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import type { SchemaProblem } from '../../stores/schema-problems.ts'
import { useEditing, useEditor, useProblems } from './editing.ts'

/** Everything that is wrong, each with its place; a click goes there. */
export function ProblemsPanel() {
  const problems = useProblems()
  const failure = useEditor((state) => state.failure)
  const described = useEditor((state) => state.describedAt)
  return (
    <>
      {failure !== undefined && <FailureNote failure={failure} />}
      {problems.length === 0 && failure === undefined && (
        <p className="publish-note">
          {described === undefined ? 'Nothing is known of it yet.' : 'Nothing is wrong with it.'}
        </p>
      )}
      <ul className="publish-list">
        {problems.map((problem) => (
          <Problem key={JSON.stringify([problem.table, problem.mark?.from, problem.message])} problem={problem} />
        ))}
      </ul>
    </>
  )
}

function Problem({ problem }: { problem: SchemaProblem }) {
  const { draft, editor, sql } = useEditing()
  const { severity, message, hint, table, mark, read } = problem
  const transformation = table === undefined ? undefined : draft.form.transformations[table]
  const go = () => {
    if (table === undefined) return
    editor.selectTable(table)
    // The other table's editor takes the place of this one first.
    setTimeout(() => sql.current?.focus(mark?.from ?? 0))
  }
  const line = mark === undefined ? undefined : (transformation?.sql.slice(0, mark.from).split('\n').length ?? 1)
  return (
    <li className="publish-problem">
      <StatusGlyph
        glyph={severity === 'error' ? 'failed' : 'retrying'}
        label={severity === 'error' ? 'Error' : 'Warning'}
        size={10}
      />
      <span className="grow selectable">
        {transformation === undefined ? (
          message
        ) : (
          <button type="button" className="publish-go" onClick={go}>
            {message}
          </button>
        )}
        {hint !== undefined && <span className="publish-hint text-2"> {hint}</span>}
      </span>
      {read?.cure !== undefined && (
        <button type="button" className="link" onClick={() => editor.listen(read)}>
          Listen to it
        </button>
      )}
      {transformation !== undefined && (
        <span className="muted mono">
          {transformation.table}
          {line !== undefined && `:${line}`}
        </span>
      )}
    </li>
  )
}
