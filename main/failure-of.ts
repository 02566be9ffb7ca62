import type { Log } from '../sync-core/domain/log.ts'
import type { FailureView } from './contract/contract.ts'
import { expectedFailure } from './ipc/refusal.ts'

/** What is said of an error in another process: its sentence, or, of a bug, that there was one. `what`: "Cannot serve x". */
export function failureOf(error: unknown, log: Log, what: string): FailureView {
  const expected = expectedFailure(error)
  if (expected !== undefined) return expected
  log.error(what, error)
  return {
    message: `${what}: something went wrong inside the program`,
    solution: 'The log file says where it happened.',
  }
}
