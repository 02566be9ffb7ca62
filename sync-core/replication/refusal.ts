import { FailureError } from '../domain/failure.ts'

/** A command that cannot be done as things are; nothing was changed. */
export function refusal(object: string, message: string, solution: string): FailureError {
  return new FailureError({ kind: 'refused', policy: 'halt', object, message, solution })
}
