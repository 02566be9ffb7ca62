import { Refusal } from '../../ipc/refusal.ts'
import { gitFailure } from '../git-failure.ts'

/** What isomorphic-git could not do, with its words in the details; a Refusal stays what it is. */
export function failureWithoutGit(error: unknown, act: string): Refusal {
  if (error instanceof Refusal) return error
  const { details } = gitFailure(error, act).failure
  return new Refusal({
    message: `Cannot ${act}: without git, this program does not know how`,
    solution: 'Install git, and look again. What went wrong stands below.',
    details,
  })
}
