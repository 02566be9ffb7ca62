import fc from 'fast-check'
import type { Step } from './model.ts'

const key = fc.nat(7)
const schema = fc.nat(1)
const value = fc.nat(2)

/** Steps over few keys and few values. */
export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ act: fc.constant('put' as const), schema, rows: fc.array(fc.tuple(key, value), { maxLength: 6 }) }),
  fc.record({ act: fc.constant('remove' as const), schema, keys: fc.array(key, { maxLength: 4 }) }),
  fc.record({
    act: fc.constant('run' as const),
    schema,
    runs: fc.array(fc.tuple(fc.nat(5), value, fc.array(key, { maxLength: 3 })), { maxLength: 4 }),
  }),
)

/** What becomes of an open epoch. `die`: the store is closed beneath it, as a process that ends does. */
export const endArbitrary = fc.constantFrom('close' as const, 'close' as const, 'discard' as const, 'die' as const)

export const epochArbitrary = fc.record({ steps: fc.array(stepArbitrary, { maxLength: 8 }), end: endArbitrary })
