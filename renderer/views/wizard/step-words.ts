import type { Glyph } from '../../stores/object-state.ts'
import type { StepState } from '../../stores/test-summary.ts'

/** Shape and word of each state of a step. */
export const stepGlyphs: Readonly<Record<StepState, Glyph>> = {
  waiting: 'waiting',
  running: 'running',
  passed: 'ok',
  warning: 'retrying',
  failed: 'failed',
  skipped: 'waiting',
}

export const stepWords: Readonly<Record<StepState, string>> = {
  waiting: 'Waiting',
  running: 'Running',
  passed: 'Passed',
  warning: 'Warning',
  failed: 'Failed',
  skipped: 'Skipped',
}

/** The colour of its word: the third way of saying it. */
export const stepTones: Readonly<Record<StepState, string>> = {
  waiting: 'tone-quiet',
  running: 'tone-accent',
  passed: 'tone-ok',
  warning: 'tone-warn',
  failed: 'tone-error',
  skipped: 'tone-quiet',
}
