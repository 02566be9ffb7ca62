import fc from 'fast-check'
import { nameFault, type Stroke, strokeArbitrary } from './faults.ts'
import { type Transaction, transactionArbitrary } from './workload.ts'

/**
 * All that is decided by chance in a round. What clients write and what breaks follow from the seed; how they fall
 * together in time is the machine's, so a failure that needs a certain moment may take more than one try to come back.
 */
export interface Plan {
  /** The faults in their order; the round ends with the last. */
  readonly strokes: readonly Stroke[]
  /** What each client writes, again and again until then. */
  readonly clients: readonly (readonly Transaction[])[]
}

/** Shrinks to fewer faults, then to fewer clients and transactions, then to simpler ones. */
export const planArbitrary: fc.Arbitrary<Plan> = fc.record({
  strokes: fc.array(strokeArbitrary, { minLength: 1, maxLength: 32, size: 'max' }),
  clients: fc.array(fc.array(transactionArbitrary, { minLength: 1, maxLength: 150, size: 'max' }), {
    minLength: 1,
    maxLength: 4,
    size: 'max',
  }),
})

export function describePlan({ strokes, clients }: Plan): string {
  const transactions = clients.reduce((sum, list) => sum + list.length, 0)
  const faults = strokes.map(({ fault }) => nameFault(fault)).join(', ')
  return `${strokes.length} faults (${faults}); ${clients.length} clients with ${transactions} transactions`
}
