import { type Failure, FailureError } from '../domain/failure.ts'
import { classifyFailure } from './classify-failure.ts'
import { isTooLargeForServer, readServerError } from './server-error.ts'

/**
 * For what a slot's own connection says: there, a wrong state or a missing file means that the slot's WAL is gone.
 *
 * @param binary the form in which changes were to be sent
 */
export function classifyStreamFailure(error: unknown, object: string, binary: boolean): Failure {
  const { code, text } = readServerError(error)
  if (isTooLargeForServer(error)) return tooLargeToSend(object, binary, code)
  if (error instanceof FailureError || (code !== '55000' && code !== '58P01')) return classifyFailure(error, object)
  return {
    kind: 'slot-lost',
    policy: 'halt',
    object,
    message: `Cannot follow ${object}: ${text}`,
    solution: recoverySolution(object),
    sqlstate: code,
  }
}

/** A server cannot pass over one change of a slot: it fails there each time, for as long as it sends it in this form. */
function tooLargeToSend(object: string, binary: boolean, sqlstate: string | undefined): Failure {
  const told = sqlstate === undefined ? {} : { sqlstate }
  if (binary) {
    return {
      kind: 'slot-lost',
      policy: 'halt',
      object,
      message: `Cannot follow ${object}: a changed row has more than 1 GB, which its server cannot send in any form`,
      solution: recoverySolution(object),
      ...told,
    }
  }
  return {
    kind: 'overloaded',
    policy: 'retry',
    object,
    message: `Cannot read a change of ${object} as text: its server makes no text of more than 1 GB`,
    solution: 'Nothing is to be done: changes are read in binary form from there on.',
    ...told,
  }
}

/** All ways in which a slot is lost have one way back, so it is said in one place. */
export function recoverySolution(object: string): string {
  return `Recover ${object} (rejot recover ${object}): a new slot is made, every row is copied again, and what is gone is deleted at the consumers.`
}
