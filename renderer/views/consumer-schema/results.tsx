import { ProblemCount } from '../../components/problem-count.tsx'
import { TabList } from '../../components/tab-list.tsx'
import { DryRun } from './dry-run.tsx'
import { type ListedProblem, ProblemsList } from './problems-list.tsx'
import type { DryRunHold } from './use-dry-run.ts'

interface ResultsProps {
  readonly section: 'dry-run' | 'problems'
  readonly onSection: (section: 'dry-run' | 'problems') => void
  readonly problems: readonly ListedProblem[]
  readonly onGo: (problem: ListedProblem) => void
  readonly dryRun: DryRunHold
}

/** Below the SQL: what it would do, and what is wrong with it. */
export function Results({ section, onSection, problems, onGo, dryRun }: ResultsProps) {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const counted = problems.filter(({ severity }) => severity !== 'note').length
  return (
    <>
      <div className="cs-tabs">
        <TabList
          label="Results"
          tabs={[
            { id: 'dry-run', name: 'Dry run' },
            {
              id: 'problems',
              name: 'Problems',
              more: counted > 0 && <ProblemCount count={counted} errors={errors > 0} />,
            },
          ]}
          current={section}
          onChoose={onSection}
        />
      </div>
      {section === 'dry-run' ? (
        <DryRun hold={dryRun} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="cs-result" tabIndex={0} aria-label="Problems">
          <ProblemsList problems={problems} onGo={onGo} />
        </section>
      )}
    </>
  )
}
