import type { ConsumerSchema } from '../domain/consumer-schema.ts'
import type { Refusal } from '../domain/destination.ts'
import { FailureError } from '../domain/failure.ts'

/** So many dead letters with hardly anything written in between are no bad rows but a bad statement. */
const mostInARow = 1_000

/** How much a consumer may have refused before it halts. */
export interface RefusalLimit {
  /** Before the dead letters of a batch are written down. Throws a FailureError that halts the consumer instead. */
  admit(refusals: readonly Refusal[], written: number): void
  /** The batch is committed. One in which at least as much was written as refused begins the count anew. */
  committed(refused: number, written: number): void
  /** A person has had a look. */
  reset(): void
}

export function createRefusalLimit(consumer: string, { onRefusal }: Pick<ConsumerSchema, 'onRefusal'>): RefusalLimit {
  let inARow = 0
  return {
    admit(refusals, written) {
      const [first] = refusals
      if (first === undefined) return
      if (onRefusal === 'halt') throw refusedRow(consumer, first)
      if (written < refusals.length && inARow + refusals.length >= mostInARow) throw tooMany(consumer, first)
    },
    committed(refused, written) {
      if (refused > written) inARow += refused
      else if (written > 0) inARow = 0
    },
    reset() {
      inARow = 0
    },
  }
}

function refusedRow(object: string, { failure }: Refusal): FailureError {
  return new FailureError({
    ...failure,
    policy: 'halt',
    object,
    message: `${failure.message}; ${object} halts instead of setting the row aside`,
    solution:
      'Repair the cause and resume the consumer; "onRefusal": "park" in rejot-desktop.json lets the others go on.',
  })
}

function tooMany(object: string, { failure }: Refusal): FailureError {
  return new FailureError({
    ...failure,
    policy: 'halt',
    object,
    message: `${failure.message}; ${mostInARow} rows in a row were refused`,
    solution: 'Repair the consumer SQL or its table, then resume the consumer.',
  })
}
