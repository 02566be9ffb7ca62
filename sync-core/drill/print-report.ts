import type { DrillReport } from './run-drill.ts'

/** What was tried and what came of it, for people. */
export function printReport({ seed, seconds, rounds, tried, interrupted, failure }: DrillReport): string {
  const { faults } = tried
  const disconnects = faults.terminate + faults.cut + faults['half-close'] + faults.refuse
  const lines = [
    `${rounds} rounds in ${seconds} s, seed ${seed}`,
    `  written     ${tried.transactions} transactions committed, ${tried.undone} undone`,
    `  engine      ${faults.kill} SIGKILLs, ${faults.restart} stops in order, ${faults.freeze} SIGSTOPs`,
    `  servers     ${faults.crash} crashes (-m immediate), ${faults.late} times with commits that were late to be seen`,
    `  network     ${disconnects} disconnects (${faults.terminate} pg_terminate_backend, ${faults.cut} cut, ${faults['half-close']} half closed, ${faults.refuse} refused), ${faults.stall} stalls`,
    `  consumers   ${faults.pause} pauses, ${faults.resume} resumed, ${faults['copy-again']} copies begun again`,
    `  read        ${tried.reads} reads of destinations, ${tried.readsChecked} of them of states that had to be whole`,
    `  compared    ${tried.rowsCompared} rows at destinations, ${tried.versionsCompared} versions of rows, ${tried.events} events`,
  ]
  return `${[...lines, verdict({ interrupted, failure, rounds })].join('\n')}\n`
}

function verdict({ interrupted, failure, rounds }: Pick<DrillReport, 'interrupted' | 'failure' | 'rounds'>): string {
  if (failure !== undefined) {
    return [
      `NOT SURVIVED: ${failure.message}`,
      `The smallest plan that failed, after ${failure.smallerTried} smaller ones were tried: ${failure.plan}`,
      `Again: npm run drill -- --seed ${failure.seed}`,
    ].join('\n')
  }
  const rest = interrupted ? ' The round under way was not compared.' : ''
  if (rounds === 0) return `Nothing was compared.${rest}`
  return `Survived: nothing lost, doubled or left behind, and no transaction seen in part.${rest}`
}
