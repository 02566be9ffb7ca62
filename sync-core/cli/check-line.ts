import type { CheckStep, StepState } from '../domain/connection-check.ts'

const marks: Readonly<Record<StepState, string>> = {
  waiting: '…',
  running: '…',
  passed: '✔',
  warning: '!',
  failed: '✖',
  skipped: '-',
}

const titleWidth = 22
const indent = ' '.repeat(titleWidth + 4)

/** `✔ wal_level              It is logical  (1 ms)`, and below it what to do where something is wrong. */
export function checkLine({ state, title, sentence = '', durationMs, solution, fix, places }: CheckStep): string {
  const time = durationMs === undefined ? '' : `  (${Math.round(durationMs)} ms)`
  const more =
    state === 'passed' || state === 'skipped'
      ? []
      : [
          ...(solution === undefined ? [] : [solution]),
          // On a server of one's own the SQL below says it all.
          ...(places ?? [])
            .filter(({ recognised, provider }) => recognised && (provider !== 'own' || fix === undefined))
            .map(({ text }) => text),
          ...(fix === undefined ? [] : [...fix.statements.map((statement) => `  ${statement};`), whoRuns(fix)]),
        ]
  return `${marks[state]} ${title.padEnd(titleWidth)}  ${sentence}${time}\n${more.map((line) => `${indent}${line}\n`).join('')}`
}

function whoRuns({ mayRun, by, restart }: NonNullable<CheckStep['fix']>): string {
  const who = mayRun ? 'The role of this connection may run it itself' : `To be run by ${by}`
  return `${who}${restart ? '; then restart the server' : ''}.`
}

/** `3 failed, 1 warning, 12 passed` */
export function checkSummary(steps: readonly CheckStep[]): string {
  const count = (state: StepState): number => steps.filter((step) => step.state === state).length
  const [failed, warnings, skipped] = [count('failed'), count('warning'), count('skipped')]
  return [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
    `${count('passed')} passed`,
    ...(skipped > 0 ? [`${skipped} not asked`] : []),
  ].join(', ')
}
