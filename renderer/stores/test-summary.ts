import type { CheckStepView } from '../../main/contract/connection-check.ts'
import type { ConnectionForm } from '../../main/contract/connection-edit.ts'
import { formatPlural } from '../text/format-number.ts'

interface SummarizedTest {
  readonly steps: readonly CheckStepView[]
  readonly state: 'none' | 'running' | 'ended'
  readonly cancelled: boolean
}

export type StepState = CheckStepView['state']

/** How a test stands: how many steps in each state, and the sentence below it. Pure. */
export interface TestSummary {
  readonly counts: Readonly<Record<StepState, number>>
  readonly sentence: string
}

export function summarizeTest({ steps, state, cancelled }: SummarizedTest, use: ConnectionForm['use']): TestSummary {
  const count = (wanted: StepState) => steps.filter((step) => step.state === wanted).length
  const counts = {
    waiting: count('waiting'),
    running: count('running'),
    passed: count('passed'),
    warning: count('warning'),
    failed: count('failed'),
    skipped: count('skipped'),
  }
  return { counts, sentence: state === 'none' ? '' : cancelled ? 'The test was stopped.' : sentenceOf(counts, use) }
}

const goals: Readonly<Record<ConnectionForm['use'], string>> = {
  source: 'changes can be followed',
  destination: 'rows can be written',
  both: 'changes can be followed and rows be written',
}

function sentenceOf(counts: TestSummary['counts'], use: ConnectionForm['use']): string {
  if (counts.running > 0 || counts.waiting > 0) return 'The server is asked step by step.'
  if (counts.failed > 0) return `${formatPlural(counts.failed, 'thing')} to repair before ${goals[use]}.`
  if (counts.warning > 0) return `Ready, with ${formatPlural(counts.warning, 'warning')}.`
  return `Ready: ${goals[use]}.`
}
