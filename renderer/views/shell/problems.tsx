import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { Problem } from '../../../main/contract/contract.ts'
import { Button } from '../../components/button.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useApp, useProgram } from '../../stores/program.ts'
import { formatPlural } from '../../text/format-number.ts'

const none: readonly Problem[] = []

/** What is wrong in the manifests, each with its file and place. */
export function Problems() {
  const problems = useApp((state) => state.workspace?.problems ?? none)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const [open, setOpen] = useState<boolean | undefined>()
  if (problems.length === 0) return null
  const shown = open ?? errors > 0
  const Chevron = shown ? ChevronDown : ChevronRight
  const warnings = problems.length - errors
  const counts = [
    ...(errors > 0 ? [formatPlural(errors, 'problem')] : []),
    ...(warnings > 0 ? [formatPlural(warnings, 'warning')] : []),
  ]
  return (
    <section className="problems" aria-label="Problems in the manifests">
      <button type="button" className="problems-head" aria-expanded={shown} onClick={() => setOpen(!shown)}>
        <StatusGlyph glyph={errors > 0 ? 'failed' : 'retrying'} size={12} />
        <span className={`strong ${errors > 0 ? 'tone-error' : 'tone-warn'}`}>
          {counts.join(', ')} in the manifests
        </span>
        <Chevron size={14} aria-hidden />
      </button>
      {shown && (
        <ul>
          {problems.map((problem) => (
            <ProblemRow
              key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}
              problem={problem}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

function ProblemRow({ problem }: { problem: Problem }) {
  const { severity, file, line, column, message } = problem
  const { actions } = useProgram()
  return (
    <li>
      <StatusGlyph
        glyph={severity === 'error' ? 'failed' : 'retrying'}
        label={severity === 'error' ? 'Error' : 'Warning'}
      />
      <span className="grow selectable">{message}</span>
      <span className="mono muted selectable" title={file}>
        {file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)}:{line}:{column}
      </span>
      <Button small kind="quiet" className="link" onClick={() => actions.reveal(file)}>
        Show file
      </Button>
    </li>
  )
}
