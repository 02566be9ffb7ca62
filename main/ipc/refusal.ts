import { FailureError, solutionOnce } from '../../sync-core/domain/failure.ts'
import type { FailureView } from '../contract/contract.ts'

/** An expected "no" of a handler: a sentence for the person who asked, and what to do. Never a row value, never a secret. */
export class Refusal extends Error {
  readonly failure: FailureView
  constructor(failure: FailureView) {
    super(failure.message)
    this.name = 'Refusal'
    this.failure = failure
  }
}

/** The sentence in an expected failure; `undefined` for a bug or a foreign error, whose message may quote anything. */
export function expectedFailure(error: unknown): FailureView | undefined {
  if (error instanceof Refusal) return error.failure
  if (!(error instanceof FailureError)) return undefined
  const { message, sqlstate, kind } = error.failure
  const details = sqlstate === undefined ? kind : `${kind}, SQLSTATE ${sqlstate}`
  return { message, solution: solutionOnce(error.failure), details }
}
