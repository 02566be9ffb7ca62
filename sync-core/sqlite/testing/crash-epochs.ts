import type fastCheck from 'fast-check'
import type { Step } from './model.ts'
import { stepArbitrary } from './step-arbitraries.ts'

/** The steps of the n-th epoch, the same in the process that is killed and in the one that looks afterwards. */
export function crashEpoch(fc: typeof fastCheck, seed: number, epoch: number): readonly Step[] {
  const steps = fc.array(stepArbitrary, { minLength: 3, maxLength: 12 })
  return fc.sample(steps, { seed: seed * 1_000 + epoch, numRuns: 1 })[0] ?? []
}
