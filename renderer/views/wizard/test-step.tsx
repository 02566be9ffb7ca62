import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import type { CheckStepView } from '../../../main/contract/connection-check.ts'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useWizard } from '../../stores/program.ts'
import { formatDuration } from '../../text/format-time.ts'
import { RunningTime } from './running-time.tsx'
import { StepCure } from './step-cure.tsx'
import { stepGlyphs, stepTones, stepWords } from './step-words.ts'

/** One step: what it found, and opened, what the server said and what cures it. What failed is open by itself. */
export function TestStep({ step }: { step: CheckStepView }) {
  const { id, title, state, sentence, solution, durationMs, evidence } = step
  const [chosen, setChosen] = useState<boolean | undefined>()
  const busy = useWizard(({ test }) => test.busy === id) ?? false
  const refusal = useWizard(({ test }) => test.refusals[id])
  const hasMore = evidence.length > 0 || solution !== undefined || step.fix !== undefined
  const isOpen = hasMore && (chosen ?? state === 'failed')
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <li className={`step step-${state}`} data-step={id}>
      <button
        type="button"
        className="step-row"
        aria-expanded={isOpen}
        disabled={!hasMore}
        onClick={() => setChosen(!isOpen)}
      >
        <StatusGlyph glyph={busy ? 'running' : stepGlyphs[state]} size={state === 'failed' ? 12 : 10} />
        <span className="step-title">{title}</span>
        <span className="step-found ellipsis" title={sentence}>
          {sentence}
        </span>
        <span className={`step-word ${stepTones[state]}`}>{stepWords[state]}</span>
        <span className="step-time num">
          {state === 'running' ? <RunningTime /> : durationMs === undefined ? null : formatDuration(durationMs)}
        </span>
        <span className="step-chevron">{hasMore && <Chevron size={14} aria-hidden />}</span>
      </button>
      {isOpen && (
        <div className="step-more">
          {solution !== undefined && <p className="step-solution selectable">{solution}</p>}
          <StepCure step={step} busy={busy} />
          {refusal !== undefined && <FailureNote failure={refusal} />}
          {evidence.length > 0 && (
            <dl className="step-evidence selectable">
              {evidence.map(({ label, value }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd className="mono">{value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      )}
    </li>
  )
}
