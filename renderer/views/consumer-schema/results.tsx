import type { ConsumerSchemaForm } from '../../../main/contract/schema-edit.ts'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { DryRun } from './dry-run.tsx'
import { type ListedProblem, ProblemsList } from './problems-list.tsx'
import { type DryRunHold, textOf } from './use-dry-run.ts'

interface ResultsProps {
  readonly section: 'dry-run' | 'problems'
  readonly onSection: (section: 'dry-run' | 'problems') => void
  readonly problems: readonly ListedProblem[]
  readonly onGo: (problem: ListedProblem) => void
  readonly hold: DryRunHold
  readonly count: number
  readonly onCount: (count: number) => void
  readonly onRun: () => void
  readonly possible: boolean
  readonly form: ConsumerSchemaForm
  readonly destination: string
  readonly schema: string
}

/** Below the SQL: what it would do, and what is wrong with it. */
export function Results({ section, onSection, problems, onGo, form, ...dryRun }: ResultsProps) {
  const { now } = dryRun.hold
  const isStale = now.state === 'done' && now.of !== textOf(form)
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const counted = problems.filter(({ severity }) => severity !== 'note').length
  return (
    <>
      <div className="cs-tabs cs-tab-list" role="tablist" aria-label="Results">
        <Tab name="Dry run" id="dry-run" section={section} onSection={onSection} />
        <Tab name="Problems" id="problems" section={section} onSection={onSection}>
          {counted > 0 && (
            <span className={`cs-count ${errors > 0 ? 'cs-count-error' : ''}`}>
              <StatusGlyph glyph={errors > 0 ? 'failed' : 'retrying'} /> {counted}
            </span>
          )}
        </Tab>
      </div>
      {section === 'dry-run' ? (
        <DryRun {...dryRun} isStale={isStale} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="cs-result" tabIndex={0} aria-label="Problems">
          <ProblemsList problems={problems} onGo={onGo} />
        </section>
      )}
    </>
  )
}

interface TabProps {
  readonly name: string
  readonly id: ResultsProps['section']
  readonly section: ResultsProps['section']
  readonly onSection: ResultsProps['onSection']
  readonly children?: React.ReactNode
}

function Tab({ name, id, section, onSection, children }: TabProps) {
  return (
    <button type="button" role="tab" aria-selected={id === section} onClick={() => onSection(id)}>
      {name} {children}
    </button>
  )
}
