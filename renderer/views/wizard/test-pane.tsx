import { PlugZap, X } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { FailureNote } from '../../components/failure-blocks.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { useProgram, useWizard } from '../../stores/program.ts'
import { summarizeTest } from '../../stores/test-summary.ts'
import { hasFailed } from '../../stores/wizard-state.ts'
import { formatPlural } from '../../text/format-number.ts'
import { formatDuration } from '../../text/format-time.ts'
import { stepGlyphs, stepTones } from './step-words.ts'
import { TestStep } from './test-step.tsx'

/** The live list of a test, what it comes to, and what can be done with the connection. */
export function TestPane() {
  const test = useWizard((state) => state.test)
  if (test === undefined) return null
  return (
    <section className="test-pane" aria-label="Test">
      <TestHead />
      {test.state === 'none' ? (
        <Untested />
      ) : (
        <div className="test-scroll">
          {test.failure !== undefined && (
            <div className="test-failure">
              <FailureNote failure={test.failure} />
            </div>
          )}
          <ul aria-label="Steps">
            {test.steps.map((step) => (
              <TestStep key={step.id} step={step} />
            ))}
          </ul>
        </div>
      )}
      <TestFoot />
    </section>
  )
}

const counted = ['passed', 'warning', 'failed', 'running', 'waiting'] as const
const countWords = (state: (typeof counted)[number], count: number) =>
  state === 'warning' ? formatPlural(count, 'warning') : `${count} ${state}`

function TestHead() {
  const { wizard } = useProgram()
  const test = useWizard((state) => state.test)
  const use = useWizard((state) => state.form.use) ?? 'both'
  if (test === undefined) return null
  const { counts } = summarizeTest(test, use)
  const isStale = test.stale && test.state !== 'running'
  return (
    <header className="test-head">
      <h2>Test</h2>
      {isStale && (
        <span className="test-count">
          <StatusGlyph glyph="waiting" /> Out of date
        </span>
      )}
      {counted.map(
        (state) =>
          counts[state] > 0 &&
          !isStale && (
            <span
              key={state}
              className={`test-count ${state === 'passed' || state === 'waiting' ? `test-${state}` : stepTones[state]}`}
            >
              <StatusGlyph glyph={stepGlyphs[state]} /> {countWords(state, counts[state])}
            </span>
          ),
      )}
      <span className="grow" />
      {test.state === 'ended' && !test.stale && <span className="num text-2">{formatDuration(test.tookMs)}</span>}
      {test.state === 'running' ? (
        <Button small kind="quiet" icon={X} onClick={wizard.stop}>
          Stop
        </Button>
      ) : (
        test.state === 'ended' && (
          <Button small kind="quiet" icon={PlugZap} onClick={() => void wizard.test()}>
            Test again
          </Button>
        )
      )}
    </header>
  )
}

function Untested() {
  return (
    <div className="test-none">
      <PlugZap size={20} strokeWidth={1.6} aria-hidden />
      <p>
        <strong>Nothing tested yet</strong>
        Each step from DNS to replication is tested on its own, with its time and the server’s answer. What fails comes
        with the SQL that repairs it, or says where to repair it.
      </p>
    </div>
  )
}

function TestFoot() {
  const { wizard } = useProgram()
  const test = useWizard((state) => state.test)
  const use = useWizard((state) => state.form.use) ?? 'both'
  const failure = useWizard((state) => state.failure)
  const saving = useWizard((state) => state.saving) ?? false
  if (test === undefined) return null
  const { sentence } = summarizeTest(test, use)
  const isTested = test.state === 'ended' && !test.stale
  const failed = isTested && (hasFailed(test) || test.cancelled)
  return (
    <footer className="test-foot-all">
      {failure !== undefined && (
        <div className="test-failure">
          <FailureNote failure={failure} />
        </div>
      )}
      <div className="test-foot">
        <span className="grow text-2" role="status">
          {test.stale ? 'Changed since it was tested.' : sentence}
        </span>
        <Button kind="quiet" onClick={wizard.discard}>
          Cancel
        </Button>
        {isTested && failed ? (
          <>
            <Button disabled={saving} onClick={() => void wizard.save()}>
              Save anyway…
            </Button>
            <Button kind="primary" onClick={wizard.leave}>
              Save as draft
            </Button>
          </>
        ) : (
          <>
            <Button kind={isTested ? 'primary' : 'plain'} disabled={saving} onClick={() => void wizard.save()}>
              Save…
            </Button>
            {!isTested && (
              <Button
                kind="primary"
                icon={PlugZap}
                disabled={test.state === 'running'}
                onClick={() => void wizard.test()}
              >
                Test
              </Button>
            )}
          </>
        )}
      </div>
    </footer>
  )
}
